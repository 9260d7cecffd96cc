/** The mean and the deviation of numbers that come in runs, and are not kept. */
export interface Moments {
  /** Merges a run of `count` numbers with this mean and this Σ (v − mean)² (Chan, Golub & LeVeque 1979). */
  add(count: number, mean: number, deviations: number): void;
  readonly count: () => number;
  readonly mean: () => number;
  readonly standardDeviation: () => number;
  /** Whether all numbers so far were finite, and their squares. */
  readonly isFinite: () => boolean;
}

export function createMoments(): Moments {
  let count = 0;
  let mean = 0;
  /** Σ (v − mean)². */
  let deviations = 0;
  return {
    add(n, meanOfRun, deviationsOfRun) {
      if (n === 0) return;
      const difference = meanOfRun - mean;
      deviations += deviationsOfRun + (difference ** 2 * count * n) / (count + n);
      mean += (difference * n) / (count + n);
      count += n;
    },
    count: () => count,
    mean: () => mean,
    standardDeviation: () => Math.sqrt(Math.max(0, deviations) / count),
    isFinite: () => Number.isFinite(mean) && Number.isFinite(deviations),
  };
}
