import type { ReducedBatch } from '../../core/analysis/reducedStatistics';
import type { ActivationRange } from '../../core/cells/activation';

/** The numbers that the values of an activation are compared with. */
export interface CountedEdges {
  /** With bounds 0.1 and 0.9, and the edges between bins. */
  readonly values: readonly number[];
  /** Whether the bins end at a reach that the values decide; then the edges are shares of it. */
  readonly isGrowing: boolean;
  readonly from: number;
  readonly to: number;
}

/** Edges rounded up to what the graph computes with: then a value is below the rounded edge exactly if below the edge. */
export function countedEdges(
  [low, high]: ActivationRange,
  bins: number,
  elements: 'float32' | 'float64',
): CountedEdges {
  const isGrowing = !Number.isFinite(low) || !Number.isFinite(high);
  const [from, to] = isGrowing ? [low < 0 ? -1 : 0, 1] : [low, high];
  const between = Array.from({ length: bins - 1 }, (_, k) => from + ((k + 1) * (to - from)) / bins);
  const all = [...(isGrowing ? [] : [0.1, 0.9]), ...between];
  return { values: elements === 'float64' ? all : all.map(roundedUp), isGrowing, from, to };
}

/** The smallest float32 number that is not below. */
function roundedUp(value: number): number {
  const near = Math.fround(value);
  if (near >= value) return near;
  const bits = new Int32Array(Float32Array.of(near).buffer);
  bits[0]! += near < 0 ? -1 : 1;
  return new Float32Array(bits.buffer)[0]!;
}

/** What it says that of `all` values so many are below the edges, if the range ends at `reach` times its end. */
export function countsOf(
  { isGrowing, from, to }: CountedEdges,
  all: number,
  below: readonly number[],
  reach: number,
): Omit<ReducedBatch, 'units'> {
  const [left = 0, right = all] = below;
  const between = isGrowing ? below : below.slice(2);
  const ends = [0, ...between, all];
  return {
    leftSaturated: isGrowing ? null : left,
    rightSaturated: isGrowing ? null : all - right,
    histogram: {
      from: from * reach,
      to: to * reach,
      counts: ends.slice(1).map((n, k) => n - ends[k]!),
    },
  };
}
