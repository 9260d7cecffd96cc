import type { BoundedClass, ClassConstants } from './boundedClass';
import { countParameters, logCovers, type CoveredBlock } from '../methods/coveringNumber';
import type { InputDomain } from './inputDomain';
import type { Norm } from './networkClass';
import type { UniformQuestion } from '../methods/rademacher';
import type { RowNumber } from '../rowAnswer';
import { reportedName } from './reportedName';
import { gammaCost } from './selectionCost';
import { gridCost } from '../numbers/radiusGrid';
import { sharpenedConstants } from './sharpenedConstants';

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
  /** The parts of Λ. */
  readonly choices: Costs;
  readonly facts: RowNumber['terms'];
}

/** Nats, part by part. */
export type Costs = NonNullable<RowNumber['costs']>;

/**
 * Radii, Lipschitz constants and costs of a class whose loss is `constant`-Lipschitz in the scores, with so many choices from
 * Γ after seeing the data, of what is `chosen`; or the reason why there are none.
 */
export function prepareClass(
  { network, p, domain, sequences, delta, architectureCost }: ClassSetting,
  constant: number,
  choices: number,
  chosen = 'γ',
): PreparedClass | string {
  const { blocks, radii } = network;
  const constants = sharpenedConstants(network, p, domain);
  if (typeof constants === 'string') return constants;
  const { logConstants, logState, logScores } = constants;
  const paid = classCosts({ domain, architectureCost }, radii, choices, chosen);
  let largest = -Infinity;
  for (const value of logConstants.values()) largest = Math.max(largest, value);
  return {
    uniform: {
      blocks: coveredBlocks(network, constants),
      marginConstant: constant,
      sequences,
      delta,
      lambda: totalOf(paid),
    },
    logScoreRadius: Math.log(constant) + logScores,
    choices: paid,
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

/** The blocks of a class with its constants: one list for all rows about them, which ask for the same covers. */
function coveredBlocks({ blocks }: BoundedClass, constants: ClassConstants): readonly CoveredBlock[] {
  const found = known.get(constants);
  if (found) return found;
  const { logRadii, logConstants, logSums } = constants;
  const covered = blocks.map((block) => ({
    ...block,
    logRadius: logRadii.get(block.name)!,
    logConstant: logConstants.get(block.name)!,
    logSum: logSums?.get(block.name) ?? Infinity,
  }));
  known.set(constants, covered);
  return covered;
}

const known = new WeakMap<ClassConstants, readonly CoveredBlock[]>();

/** The parts of Λ, with so many radii or scales of a prior, and so many choices from Γ, of what is `chosen`. */
export function classCosts(
  { domain, architectureCost }: Pick<ClassSetting, 'domain' | 'architectureCost'>,
  radii: number,
  choices: number,
  chosen = 'γ',
): Costs {
  const { inputRadii, length } = domain;
  const costs: Costs = [
    [`Λ: the choice of ${chosen}`, choices * gammaCost],
    ['Λ: radii', radii * gridCost],
    ['Λ: the largest norm of an input', inputRadii * gridCost],
    ['Λ: the longest sequence', length === null ? 0 : Math.log(length) + Math.log(length + 1)],
    ['Λ: the architecture', architectureCost],
  ];
  return costs.filter(([, nats]) => nats > 0);
}

/** Λ itself. */
export const classCost = (
  setting: Pick<ClassSetting, 'domain' | 'architectureCost'>,
  radii: number,
  choices: number,
): number => totalOf(classCosts(setting, radii, choices));

export function totalOf(costs: Costs): number {
  let total = 0;
  for (const [, nats] of costs) total += nats;
  return total;
}

/** ln N(ε) block by block, the parts of Λ, and the price of the confidence. */
export function coverCosts({ uniform, choices }: PreparedClass, logEpsilon: number, confidence: Costs[number]): Costs {
  const covers = logCovers(uniform.blocks, logEpsilon);
  return [...uniform.blocks.map(({ name }, k) => [reportedName(name), covers[k]!] as const), ...choices, confidence];
}

/** B_x, in the one norm that a row needs or in both. */
export function inputFacts({ inputNorm }: InputDomain): RowNumber['terms'] {
  const norms = Object.entries(inputNorm);
  if (norms.length === 1) return [['B_x, largest norm of an input', norms[0]![1]]];
  return norms.map(([p, norm]) => [`B_x, largest ${p === '2' ? 'Euclidean' : 'maximum'} norm of an input`, norm]);
}
