import type { BoundedClass } from './boundedClass';
import { countParameters } from './coveringNumber';
import type { InputDomain } from './inputDomain';
import type { Norm } from './networkClass';
import type { UniformQuestion } from './rademacher';
import type { RowNumber } from './rowAnswer';
import { gammaCost, selectionCost } from './selectionCost';

/** What a certified row about a class of networks is computed from, whatever its loss. */
export interface ClassSetting {
  readonly network: BoundedClass;
  readonly p: Norm;
  readonly domain: InputDomain;
  readonly sequences: number;
  readonly delta: number;
  readonly architectureCost: number;
}

export interface PreparedClass {
  readonly uniform: UniformQuestion;
  readonly logScoreRadius: number;
  readonly facts: RowNumber['terms'];
}

/**
 * Radii, Lipschitz constants and costs of a class whose loss is `constant`-Lipschitz in the scores, with so many choices from
 * Γ after seeing the data; or the reason why there are none.
 */
export function prepareClass(
  { network, p, domain, sequences, delta, architectureCost }: ClassSetting,
  constant: number,
  choices: number,
): PreparedClass | string {
  const { blocks, radii } = network;
  const constants = network.constants(p, domain);
  if (typeof constants === 'string') return constants;
  const { logRadii, logConstants, logState, logScores } = constants;
  const covered = blocks.map((block) => ({
    ...block,
    logRadius: logRadii.get(block.name)!,
    logConstant: logConstants.get(block.name)!,
  }));
  const lambda = classCost({ domain, architectureCost }, radii, choices);
  let largest = -Infinity;
  for (const value of logConstants.values()) largest = Math.max(largest, value);
  return {
    uniform: { blocks: covered, marginConstant: constant, sequences, delta, lambda },
    logScoreRadius: Math.log(constant) + logScores,
    facts: [
      ['log10 of the largest Lipschitz constant L_A', largest / Math.LN10],
      ['log10 H_T, largest hidden state', logState / Math.LN10],
      ['m, sequences', sequences],
      ['P, parameters (two biases of a gate count once)', countParameters(blocks)],
      ['J, radii', radii],
      ...inputFacts(domain),
      ['T, longest sequence', domain.steps],
    ],
  };
}

/** Λ, with so many radii or scales of a prior, and so many choices from Γ. */
export const classCost = (
  { domain, architectureCost }: Pick<ClassSetting, 'domain' | 'architectureCost'>,
  radii: number,
  choices: number,
): number =>
  choices * gammaCost +
  selectionCost({
    ...{ radii, gamma: false, inputRadii: domain.inputRadii, length: domain.length },
    architecture: architectureCost,
  });

/** B_x, in the one norm that a row needs or in both. */
export function inputFacts({ inputNorm }: InputDomain): RowNumber['terms'] {
  const norms = Object.entries(inputNorm);
  if (norms.length === 1) return [['B_x, largest norm of an input', norms[0]![1]]];
  return norms.map(([p, norm]) => [`B_x, largest ${p === '2' ? 'Euclidean' : 'maximum'} norm of an input`, norm]);
}
