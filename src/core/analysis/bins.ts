import type { ActivationRange } from '../cells/activation';

const binCount = 1000;

/** Counts of values in 1,000 equal bins. */
export interface Bins {
  /** Counts the values; answers Σ (v − pivot) and Σ (v − pivot)². */
  add(values: Float32Array, pivot: number): { readonly sum: number; readonly squares: number };
  /** The value below which this share of the values lies, within one bin width. */
  quantile(probability: number): number;
  /** The share of values below an edge between two bins. */
  shareBelow(edge: number): number;
  /** The same counts in fewer bins, as shares; `bins` divides 1,000. */
  histogram(bins: number): { readonly from: number; readonly to: number; readonly shares: readonly number[] };
}

/**
 * Over a bounded range the bins never change. Over [0, ∞) or what reaches below zero they cover [0, 2^k] or [−2^k, 2^k], the
 * smallest power of two above all that has come so far: when a larger value comes the range doubles and neighbouring bins
 * are added up, which is exact, so the result does not depend on the order of the values.
 *
 * Shares below 0.1 and 0.9 are exact: these are edges of the bins, no float32 number equals them, the nearest ones
 * are 10⁻⁹ away, and the place of a value is computed to 10⁻¹⁵.
 */
export function createBins([low, high]: ActivationRange): Bins {
  const isGrowing = !Number.isFinite(low) || !Number.isFinite(high);
  const isSymmetric = low < 0;
  let from = isGrowing ? (isSymmetric ? -smallestReach : 0) : low;
  let to = isGrowing ? smallestReach : high;
  let counts = new Float64Array(binCount);
  // Neighbouring values often fall into one bin; two tables let the second be counted before the first is stored.
  const even = new Uint32Array(tableSize);
  const odd = new Uint32Array(tableSize);
  let pending = 0;

  const flush = (): void => {
    for (let k = 0; k < tableSize; k++) counts[Math.min(k, binCount - 1)]! += even[k]! + odd[k]!;
    even.fill(0);
    odd.fill(0);
    pending = 0;
  };
  const double = (): void => {
    flush();
    const merged = new Float64Array(binCount);
    const start = isSymmetric ? binCount / 4 : 0;
    for (let k = 0; k < binCount; k++) merged[start + (k >> 1)]! += counts[k]!;
    counts = merged;
    from *= 2;
    to *= 2;
  };
  /** How many values lie in the first `bins` bins. */
  const countBelow = (bins: number): number => {
    flush();
    return counts.subarray(0, bins).reduce((sum, n) => sum + n, 0);
  };

  return {
    add(values, pivot) {
      if (isGrowing) for (const reach = largest(values); reach >= to && to < Infinity;) double();
      if (pending + values.length >= 2 ** 32) flush();
      pending += values.length;
      return countInto(even, odd, values, from, binCount / (to - from), pivot);
    },
    quantile(probability) {
      const wanted = probability * countBelow(binCount);
      const width = (to - from) / binCount;
      let below = 0;
      for (let k = 0; k < binCount; k++) {
        const here = counts[k]!;
        if (here > 0 && below + here >= wanted) return from + (k + Math.max(0, wanted - below) / here) * width;
        below += here;
      }
      return to;
    },
    shareBelow(edge) {
      const bins = Math.round(((edge - from) / (to - from)) * binCount);
      return countBelow(bins) / countBelow(binCount);
    },
    histogram(bins) {
      const width = binCount / bins;
      const edges = Array.from({ length: bins + 1 }, (_, k) => countBelow(k * width));
      const shares = edges.slice(1).map((below, k) => (below - edges[k]!) / edges[bins]!);
      return { from, to, shares };
    },
  };
}

/** Where a growing range begins: values smaller than this are all but zero. */
const smallestReach = 2 ** -20;

function largest(values: Float32Array): number {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]!));
  return most;
}

/** The next power of two, so that a mask keeps every place inside the table. */
const tableSize = 1024;

/**
 * Counts each value in its bin. The upper end of the range, and what passes it by the last digit of a runtime, goes to a
 * place just above the last bin and is added to that bin later.
 */
function countInto(
  even: Uint32Array,
  odd: Uint32Array,
  values: Float32Array,
  from: number,
  scale: number,
  pivot: number,
): { readonly sum: number; readonly squares: number } {
  const mask = tableSize - 1;
  const pairs = values.length & ~1;
  let [sum, otherSum, squares, otherSquares] = [0, 0, 0, 0];
  for (let k = 0; k < pairs; k += 2) {
    const v = values[k]!;
    const w = values[k + 1]!;
    even[((v - from) * scale) & mask]!++;
    odd[((w - from) * scale) & mask]!++;
    const d = v - pivot;
    const e = w - pivot;
    sum += d;
    otherSum += e;
    squares += d * d;
    otherSquares += e * e;
  }
  if (pairs < values.length) {
    const d = values[pairs]! - pivot;
    even[((values[pairs]! - from) * scale) & mask]!++;
    sum += d;
    squares += d * d;
  }
  return { sum: sum + otherSum, squares: squares + otherSquares };
}
