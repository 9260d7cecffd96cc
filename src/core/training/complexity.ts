import { logCoveringNumber } from '../bounds/methods/coveringNumber';
import { marginConstant } from '../bounds/margins/marginConstant';
import { embeddingName } from '../checkpointNetwork';
import { lastDense } from '../cells/readout';
import type { Network } from '../cells/network';
import { networkMajorants } from '../interpret/majorantNetwork';
import type { ConstrainedWeight } from './keptTo';
import type { TrainingData } from './trainingData';
import type { WeightNorms } from './weightNorms';

/** What a complexity is measured over, besides the norms of the weights. */
export interface ComplexitySetting {
  readonly network: Network;
  readonly weights: readonly ConstrainedWeight[];
  /** How many sequences train, m, and the steps of the longest. */
  readonly sequences: number;
  readonly steps: number;
  /** The largest norms of what the network reads at a step. */
  readonly input: { readonly two: number; readonly inf: number };
}

/** Norms of a weight; of a vector also whether no entry is above zero, as the bias of modReLU has to be. */
export type ComplexityNorms = WeightNorms & { readonly isNonPositive: boolean };

/**
 * C = ln N(1 / (2 c_M)) / m (theory 1.3 and 1.5, row Occam, at the margin γ = 1 and p = 2): how many networks stand for the class
 * of all that have at most these norms, with the Lipschitz constants of the majorant calculus. The norms are taken as they
 * are, without the grid that a certified row rounds them to, so that C is a continuous function of them. The answer is a
 * sentence where the calculus has no constants for the class.
 */
export function complexityOf({
  network,
  weights,
  sequences,
  steps,
  input,
}: ComplexitySetting): (norms: readonly ComplexityNorms[]) => number | string {
  const majorants = networkMajorants(network);
  const { outputs } = network.readout!;
  const logEpsilon = -Math.log(2 * marginConstant(outputs, 2));
  const isVector = ({ dims }: ConstrainedWeight): boolean => dims.length === 1;
  return (norms) => {
    const radii = weights.map((weight, k): readonly [string, ComplexityNorms] => {
      const own = norms[k]!;
      const isInScores = weight.name !== embeddingName && limitedNorms(network, weight).length === 1;
      return [weight.name, isInScores ? { ...own, inf: Infinity, maxRow: Infinity } : own];
    });
    // Rows of a table are limited by the longest of them, in both norms, and move no farther than the one that moves most.
    const table = radii.find(([name]) => name === embeddingName);
    const longest = table && { two: table[1].maxRow, inf: table[1].maxRow };
    const { scores, notCertifiable } = majorants({
      ...{ p: 2, steps, input: longest ?? input },
      ...(table && { inputBlock: embeddingName }),
      matrices: new Map(radii.filter((_, k) => !isVector(weights[k]!))),
      vectors: new Map(
        radii.flatMap(([name, { two, inf, isNonPositive }], k) =>
          isVector(weights[k]!) ? [[name, { two, inf, ...(isNonPositive && { high: 0 }) }]] : [],
        ),
      ),
    });
    if (notCertifiable !== null) return notCertifiable;
    const blocks = weights.map(({ name, dims }, k) => ({
      name,
      rows: dims[0]!,
      columns: dims[1] ?? null,
      parameters: dims.reduce((product, n) => product * n, 1),
      logRadius: Math.log(name === embeddingName ? norms[k]!.maxRow : norms[k]!.two),
      logConstant: scores!.logMoves.get(name) ?? -Infinity,
    }));
    return logCoveringNumber(blocks, logEpsilon) / sequences;
  };
}

/**
 * The norms of a weight that limit the class: three of a matrix inside the network, two of a vector; and of V and c, which
 * the scores come out of, and of an embedding, one.
 */
export function limitedNorms({ readout }: Network, { name, dims }: ConstrainedWeight): readonly (keyof WeightNorms)[] {
  const { matrix, bias } = lastDense(readout!);
  if (name === matrix || name === bias) return ['two'];
  if (name === embeddingName) return ['maxRow'];
  return dims.length === 1 ? ['two', 'inf'] : ['two', 'inf', 'maxRow'];
}

/** The longest of some sequences, and the largest norms of what they have at a step. */
export function sequenceLimits(
  { width, inputs, lengths }: TrainingData,
  members: readonly number[],
): Pick<ComplexitySetting, 'steps' | 'input'> {
  let [steps, two, inf] = [0, 0, 0];
  for (const k of members) {
    steps = Math.max(steps, lengths[k]!);
    for (let from = 0; from < lengths[k]! * width; from += width) {
      let squares = 0;
      for (const value of inputs[k]!.subarray(from, from + width)) {
        squares += value * value;
        inf = Math.max(inf, Math.abs(value));
      }
      two = Math.max(two, squares);
    }
  }
  return { steps, input: { two: Math.sqrt(two), inf } };
}
