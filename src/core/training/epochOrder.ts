import { seededRandom, type SeededRandom } from '../linalg/seededRandom';

/** A stream of its own for everything that a training draws: the same for the same seed, purpose and count. */
export const trainingRandom = (seed: number, purpose: 'order' | 'split' | 'dropout', count: number): SeededRandom =>
  seededRandom(
    Number(
      BigInt.asUintN(
        53,
        BigInt(seed) * 4n + BigInt(['order', 'split', 'dropout'].indexOf(purpose)) + BigInt(count) * 0x9e3779b97fn,
      ),
    ),
  );

/**
 * The batches of one epoch: every sequence once, in an order that depends on the seed and the epoch alone, so that a training
 * can go on at any of them. Sequences of like lengths share a batch, to save padding: they are shuffled, sorted by length in
 * stretches of 16 batches, and the batches shuffled again.
 *
 * @param lengths of all sequences; `members` says which of them train.
 */
export function epochBatches(
  lengths: ArrayLike<number>,
  members: readonly number[],
  { batchSize, seed, epoch }: { readonly batchSize: number; readonly seed: number; readonly epoch: number },
): readonly (readonly number[])[] {
  const random = trainingRandom(seed, 'order', epoch);
  const order = shuffled(members, random);
  const batches: number[][] = [];
  const stretch = 16 * batchSize;
  for (let from = 0; from < order.length; from += stretch) {
    const part = order.slice(from, from + stretch);
    // The sort is stable, so sequences of one length stay in their random order.
    part.sort((i, j) => lengths[i]! - lengths[j]!);
    for (let k = 0; k < part.length; k += batchSize) batches.push(part.slice(k, k + batchSize));
  }
  return shuffled(batches, random);
}

/** Fisher and Yates. */
export function shuffled<T>(items: readonly T[], { uniform }: SeededRandom): T[] {
  const result = [...items];
  for (let k = result.length - 1; k > 0; k--) {
    const other = Math.floor(uniform(0, k + 1));
    [result[k], result[other]] = [result[other]!, result[k]!];
  }
  return result;
}
