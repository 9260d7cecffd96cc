import assert from 'node:assert/strict';
import type { ReducedStatistics } from '../../../../src/core/analysis/reducedStatistics';
import type { ActivationRange } from '../../../../src/core/cells/activation';

const bins = 40;

/** The statistics of these values, counted one by one in float64. */
export function countedOneByOne(gate: string, values: readonly number[], range: ActivationRange): ReducedStatistics {
  const isBounded = range.every(Number.isFinite);
  let [from, to] = isBounded ? range : [range[0] < 0 ? -(2 ** -20) : 0, 2 ** -20];
  while (!isBounded && values.some((v) => Math.abs(v) >= to)) [from, to] = [2 * from, 2 * to];
  const shares = new Array<number>(bins).fill(0);
  for (const v of values) {
    let bin = 0;
    while (bin < bins - 1 && v >= from + ((bin + 1) * (to - from)) / bins) bin++;
    shares[bin]! += 1 / values.length;
  }
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const share = (is: (v: number) => boolean): number | null =>
    isBounded ? values.filter(is).length / values.length : null;
  return {
    gate,
    mean,
    standardDeviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length),
    leftSaturated: share((v) => v < 0.1),
    rightSaturated: share((v) => v > 0.9),
    histogram: { from, to, shares },
  };
}

export function assertSame(actual: ReducedStatistics, expected: ReducedStatistics, tolerance: number): void {
  const scale = Math.max(1, expected.histogram.to);
  const near = (a: number, b: number, within: number, what: string): void =>
    assert.ok(Math.abs(a - b) <= within, `${expected.gate}: ${what} is ${a} instead of ${b}`);
  near(actual.mean, expected.mean, tolerance * scale, 'mean');
  near(actual.standardDeviation, expected.standardDeviation, tolerance * scale, 'deviation');
  // Shares come from counts, so the smallest difference that could be is one value of a few thousand.
  for (const side of ['leftSaturated', 'rightSaturated'] as const) {
    const [share, wanted] = [actual[side], expected[side]];
    if (share === null || wanted === null) assert.equal(share, wanted, `${expected.gate}: ${side}`);
    else near(share, wanted, 1e-12, side);
  }
  assert.deepEqual([actual.histogram.from, actual.histogram.to], [expected.histogram.from, expected.histogram.to]);
  for (const [k, share] of expected.histogram.shares.entries()) {
    near(actual.histogram.shares[k]!, share, 1e-12, `share of bin ${k}`);
  }
}
