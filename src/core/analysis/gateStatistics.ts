import type { ActivationRange } from '../cells/activation';
import type { GateStatistics } from '../observations';
import { Problem } from '../problem';
import { createBins } from './bins';
import { createMoments } from './moments';

/** Collects the values of one activation, batch by batch, without keeping them. */
export interface GateAccumulator {
  /** `values` is [steps, batch, units]; of each sequence only the first `lengths` steps are counted (null: all of them). */
  add(values: Float32Array, steps: number, batch: number, lengths: Int32Array | null): void;
  /** Whether all values so far are finite numbers; a network whose activations overflow has others. */
  readonly isFinite: () => boolean;
  /** Throws a Problem when there was no value, or one that is not a finite number. */
  finish(): GateStatistics;
}

const probabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
const shownBins = 50;

/**
 * `range` is where the activation can lie. The saturated shares are those below 0.1 and above 0.9, of every activation with
 * bounds (for a candidate in [−1, 1] the left one is not its flat end: its quantiles and histogram show that); an activation
 * without bounds does not saturate, and both shares are null.
 */
export function createGateAccumulator(gate: string, range: ActivationRange): GateAccumulator {
  const bins = createBins(range);
  const moments = createMoments();

  const addRun = (values: Float32Array): void => {
    const n = values.length;
    if (n === 0) return;
    // Sums are taken of differences from a typical value, so that they stay accurate when the deviation is small.
    const pivot = moments.count() > 0 ? moments.mean() : values[0]!;
    const { sum, squares } = bins.add(values, pivot);
    moments.add(n, pivot + sum / n, squares - (sum * sum) / n);
  };

  return {
    isFinite: moments.isFinite,
    add(values, steps, batch, lengths) {
      if (!lengths) return addRun(values);
      const units = values.length / (steps * batch);
      const isCounted = (row: number): boolean => Math.floor(row / batch) < lengths[row % batch]!;
      // Rows that follow each other are counted together, which is most of them where there is little padding.
      for (let start = 0, end = 0; start < steps * batch; start = end) {
        for (end = start + 1; end < steps * batch && isCounted(end) === isCounted(start);) end++;
        if (isCounted(start)) addRun(values.subarray(start * units, end * units));
      }
    },
    finish() {
      if (moments.count() === 0) throw new Problem(`There is no step to take the statistics of the ${gate} gate from.`);
      if (!moments.isFinite()) {
        throw new Problem(
          `The ${gate} gate takes values that are not finite numbers; check the sequences and the weights for large numbers.`,
        );
      }
      const [low, high] = range;
      const isBounded = Number.isFinite(low) && Number.isFinite(high);
      return {
        gate,
        mean: moments.mean(),
        standardDeviation: moments.standardDeviation(),
        quantiles: probabilities.map((probability) => ({ probability, value: bins.quantile(probability) })),
        leftSaturated: isBounded ? bins.shareBelow(0.1) : null,
        rightSaturated: isBounded ? 1 - bins.shareBelow(0.9) : null,
        histogram: bins.histogram(shownBins),
      };
    },
  };
}
