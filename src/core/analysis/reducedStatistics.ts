import type { GateStatistics } from '../observations';
import { Problem } from '../problem';
import { createMoments } from './moments';

/** What a graph worked out about one activation over a batch, so that its values need not come out. */
export interface ReducedBatch {
  /** For each unit, how many values were counted, their mean, and their Σ (v − mean)². */
  readonly units: readonly { readonly count: number; readonly mean: number; readonly deviations: number }[];
  /** How many values lie below 0.1 and above 0.9; null for an activation without bounds. */
  readonly leftSaturated: number | null;
  readonly rightSaturated: number | null;
  /** Counts in equal bins, a multiple of four of them, from `from` to `to`. */
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
}

/** Without quantiles, which need finer bins than a graph can afford. */
export type ReducedStatistics = Omit<GateStatistics, 'quantiles'>;

export interface ReducedAccumulator {
  add(batch: ReducedBatch): void;
  readonly isFinite: () => boolean;
  /** Throws a Problem when there was no value, or one that is not a finite number. */
  finish(): ReducedStatistics;
}

/** Merges what graphs reduced, batch by batch, into the statistics of all values. */
export function createReducedAccumulator(gate: string): ReducedAccumulator {
  const moments = createMoments();
  let left: number | null = 0;
  let right: number | null = 0;
  let histogram: ReducedBatch['histogram'] | null = null;
  return {
    isFinite: moments.isFinite,
    add(batch) {
      for (const { count, mean, deviations } of batch.units) moments.add(count, mean, deviations);
      left = left === null || batch.leftSaturated === null ? null : left + batch.leftSaturated;
      right = right === null || batch.rightSaturated === null ? null : right + batch.rightSaturated;
      histogram = histogram ? together(histogram, batch.histogram) : batch.histogram;
    },
    finish() {
      const count = moments.count();
      if (count === 0 || !histogram) {
        throw new Problem(`There is no step to take the statistics of the ${gate} gate from.`);
      }
      if (!moments.isFinite()) {
        throw new Problem(
          `The ${gate} gate takes values that are not finite numbers; check the sequences and the weights for large numbers.`,
        );
      }
      const { from, to, counts } = histogram;
      return {
        gate,
        mean: moments.mean(),
        standardDeviation: moments.standardDeviation(),
        leftSaturated: left === null ? null : left / count,
        rightSaturated: right === null ? null : right / count,
        histogram: { from, to, shares: counts.map((n) => n / count) },
      };
    },
  };
}

type Histogram = ReducedBatch['histogram'];

/** Ranges of two batches differ where an activation has no bounds; then one is the other doubled a few times. */
function together(p: Histogram, q: Histogram): Histogram {
  if (p.to < q.to) return together(doubled(p), q);
  if (q.to < p.to) return together(p, doubled(q));
  return { ...p, counts: p.counts.map((n, k) => n + q.counts[k]!) };
}

/** Twice the range, so that neighbouring bins are added up, which is exact. */
function doubled({ from, to, counts }: Histogram): Histogram {
  const merged = counts.map(() => 0);
  const start = from < 0 ? counts.length / 4 : 0;
  for (const [k, n] of counts.entries()) merged[start + (k >> 1)]! += n;
  return { from: 2 * from, to: 2 * to, counts: merged };
}
