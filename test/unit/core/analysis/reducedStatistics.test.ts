import assert from 'node:assert/strict';
import { createReducedAccumulator, type ReducedBatch } from '../../../../src/core/analysis/reducedStatistics';
import { Problem } from '../../../../src/core/problem';

const batch = (unit: readonly [number, number, number], to: number, counts: readonly number[]): ReducedBatch => {
  const [count, mean, deviations] = unit;
  return {
    units: [{ count, mean, deviations }],
    ...{ leftSaturated: 1, rightSaturated: 2, histogram: { from: -to, to, counts } },
  };
};

describe('statistics reduced by a graph', () => {
  it('are merged, by hand', () => {
    const accumulator = createReducedAccumulator('candidate');
    // −0.5 and 0.5, then 1 and 3 and 3.5: the mean of all is 1.5.
    accumulator.add(batch([2, 0, 0.5], 1, [0, 1, 0, 1]));
    accumulator.add(batch([3, 2.5, 3.5], 4, [0, 0, 1, 2]));
    const { gate, mean, standardDeviation, leftSaturated, rightSaturated, histogram } = accumulator.finish();
    assert.equal(gate, 'candidate');
    assert.ok(Math.abs(mean - 1.5) < 1e-15);
    assert.ok(Math.abs(standardDeviation - Math.sqrt((4 + 1 + 0.25 + 2.25 + 4) / 5)) < 1e-15);
    assert.deepEqual([leftSaturated, rightSaturated], [2 / 5, 4 / 5]);
    // Doubled twice, [−1, 1] lies in the two bins in the middle of [−4, 4].
    assert.deepEqual(histogram, { from: -4, to: 4, shares: [0, 1 / 5, 2 / 5, 2 / 5] });
  });

  it('have no saturated shares for an activation without bounds', () => {
    const accumulator = createReducedAccumulator('candidate');
    const without = { leftSaturated: null, rightSaturated: null };
    accumulator.add({ ...batch([2, 0, 0.5], 1, [0, 1, 0, 1]), ...without });
    accumulator.add({ ...batch([3, 2.5, 3.5], 4, [0, 0, 1, 2]), ...without });
    const { leftSaturated, rightSaturated } = accumulator.finish();
    assert.deepEqual([leftSaturated, rightSaturated], [null, null]);
  });

  it('say what is wrong when there is nothing to count or nothing that counts', () => {
    assert.throws(() => createReducedAccumulator('reset').finish(), Problem);
    const overflown = createReducedAccumulator('reset');
    overflown.add(batch([1, Infinity, NaN], 1, [0, 0, 0, 1]));
    assert.ok(!overflown.isFinite());
    assert.throws(() => overflown.finish(), Problem);
  });
});
