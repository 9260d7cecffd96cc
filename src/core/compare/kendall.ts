import erfc from '@stdlib/math-base-special-erfc';

/** How far two orders agree. */
export interface Correlation {
  /** Kendall's τ-b: 1 where the two orders are the same, −1 where one is the other reversed. */
  tau: number;
  /** The probability of a τ at least as far from 0 if the two had nothing to do with each other. */
  pValue: number;
  /** Counted over all orders, or from the normal distribution, as with ties among many. */
  method: 'exact' | 'normal';
  /** How many pairs of numbers it rests on. */
  count: number;
}

/** Up to here all orders are gone through where there are ties: 8! = 40,320. */
const mostEnumerated = 8;

/**
 * Kendall's τ-b (Kendall 1945), two-sided. Null where one of the two does not vary, or there are fewer than two. Without ties
 * the p-value counts permutations by their inversions; with ties it goes through all orders of up to eight, and is normal with
 * Kendall's variance for ties beyond that.
 */
export function kendall(x: readonly number[], y: readonly number[]): Correlation | null {
  const count = x.length;
  const pairs = (count * (count - 1)) / 2;
  const [tiedX, tiedY] = [tieCounts(x), tieCounts(y)];
  const [untiedX, untiedY] = [pairs - pairsIn(tiedX), pairs - pairsIn(tiedY)];
  if (untiedX === 0 || untiedY === 0) return null;
  const score = agreement(x, y);
  const tau = score / Math.sqrt(untiedX * untiedY);
  const hasTies = untiedX < pairs || untiedY < pairs;
  if (!hasTies) return { tau, pValue: withoutTies(score, count), method: 'exact', count };
  if (count <= mostEnumerated) return { tau, pValue: enumerated(x, y, score), method: 'exact', count };
  return { tau, pValue: normal(score, count, tiedX, tiedY), method: 'normal', count };
}

/** Pairs in the same order less pairs in opposite orders. */
function agreement(x: readonly number[], y: readonly number[]): number {
  let score = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) score += Math.sign(x[i]! - x[j]!) * Math.sign(y[i]! - y[j]!);
  }
  return score;
}

/** How many share each value that more than one has. */
function tieCounts(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((size) => size > 1);
}

const pairsIn = (ties: readonly number[]): number => ties.reduce((total, t) => total + (t * (t - 1)) / 2, 0);

/** The share of all permutations of n whose score is at least as far from 0; their inversions are counted by Mahonian numbers. */
function withoutTies(score: number, n: number): number {
  const pairs = (n * (n - 1)) / 2;
  const inversions = (pairs - Math.abs(score)) / 2;
  if (score === 0) return 1;
  // Shares instead of counts, which would overflow.
  let shares = [1];
  for (let size = 2; size <= n; size++) {
    const next = new Array<number>(Math.min(shares.length + size - 1, inversions + 1)).fill(0);
    for (let k = 0; k < next.length; k++) {
      for (let added = 0; added < size && added <= k; added++) next[k]! += (shares[k - added] ?? 0) / size;
    }
    shares = next;
  }
  return Math.min(1, 2 * shares.reduce((total, share) => total + share, 0));
}

/** The share of all orders of y whose score is at least as far from 0. */
function enumerated(x: readonly number[], y: readonly number[], score: number): number {
  const order = [...y];
  let all = 0;
  let asFar = 0;
  const permute = (k: number): void => {
    if (k === order.length) {
      all += 1;
      if (Math.abs(agreement(x, order)) >= Math.abs(score)) asFar += 1;
      return;
    }
    for (let i = k; i < order.length; i++) {
      [order[k], order[i]] = [order[i]!, order[k]!];
      permute(k + 1);
      [order[k], order[i]] = [order[i]!, order[k]];
    }
  };
  permute(0);
  return asFar / all;
}

/** From the normal distribution, with the variance of the score where there are ties (Kendall 1970, chapter 4). */
function normal(score: number, n: number, x: readonly number[], y: readonly number[]): number {
  const sum = (ties: readonly number[], of: (t: number) => number): number =>
    ties.reduce((total, t) => total + of(t), 0);
  const cubic = (t: number): number => t * (t - 1) * (2 * t + 5);
  const triples = (t: number): number => t * (t - 1) * (t - 2);
  const variance =
    (cubic(n) - sum(x, cubic) - sum(y, cubic)) / 18 +
    (sum(x, triples) * sum(y, triples)) / (9 * n * (n - 1) * (n - 2)) +
    (2 * pairsIn(x) * pairsIn(y)) / (n * (n - 1));
  return Math.min(1, erfc(Math.abs(score) / Math.sqrt(2 * variance)));
}
