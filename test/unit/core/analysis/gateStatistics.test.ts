import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createGateAccumulator } from '../../../../src/core/analysis/gateStatistics';
import type { ActivationRange } from '../../../../src/core/cells/activation';
import type { GateStatistics } from '../../../../src/core/observations';
import { randomNumbers } from '../interpret/randomNumbers';

const of = (range: ActivationRange, values: readonly number[]): GateStatistics => {
  const accumulator = createGateAccumulator('forget', range);
  accumulator.add(Float32Array.from(values), values.length, 1, null);
  return accumulator.finish();
};
const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} instead of ${expected}`);

/** A value of the sample that is not below the share `probability` of it, by sorting. */
const sortedQuantile = (values: readonly number[], probability: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(probability * values.length) - 1)]!;

describe('gate statistics', () => {
  it('are these, by hand', () => {
    const { gate, mean, standardDeviation, leftSaturated, rightSaturated, histogram, quantiles } = of(
      [0, 1],
      [0.05, 0.5, 0.95, 1],
    );
    assert.equal(gate, 'forget');
    near(mean, 0.625, 1e-7);
    near(standardDeviation, Math.sqrt((0.575 ** 2 + 0.125 ** 2 + 0.325 ** 2 + 0.375 ** 2) / 4), 1e-7);
    assert.equal(leftSaturated, 0.25);
    assert.equal(rightSaturated, 0.5);
    assert.deepEqual([histogram.from, histogram.to, histogram.shares.length], [0, 1, 50]);
    assert.deepEqual(
      [histogram.shares[2], histogram.shares[25], histogram.shares[47], histogram.shares[49]],
      [0.25, 0.25, 0.25, 0.25],
    );
    assert.deepEqual(
      quantiles.map(({ probability }) => probability),
      [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99],
    );
    near(quantiles[3]!.value, 0.5, 1e-3 + 1e-12);
  });

  it('count saturation exactly at the thresholds, in float32', () => {
    const next = (v: number, ulps: number): number => {
      const bits = new Int32Array(Float32Array.of(v).buffer);
      bits[0]! += ulps;
      return new Float32Array(bits.buffer)[0]!;
    };
    // The float32 nearest to 0.1 is above it, and so is the one nearest to 0.9 below it.
    const gate = of([0, 1], [0, next(0.1, -1), 0.1, 0.9, next(0.9, 1), 1]);
    assert.equal(gate.leftSaturated, 2 / 6);
    near(gate.rightSaturated!, 2 / 6, 1e-15);
    const candidate = of([-1, 1], [-1, next(0.1, -1), 0.1, 0.9, next(0.9, 1), 1]);
    assert.equal(candidate.leftSaturated, 2 / 6);
    near(candidate.rightSaturated!, 2 / 6, 1e-15);
  });

  it('have no saturated shares for an activation without bounds, which has no flat ends on both sides', () => {
    for (const range of [
      [0, Infinity],
      [-1, Infinity],
      [-Infinity, Infinity],
    ] as const) {
      const { leftSaturated, rightSaturated } = of(range, [0.05, 0.5, 1.2]);
      assert.deepEqual([leftSaturated, rightSaturated], [null, null]);
    }
  });

  it('leave padding out', () => {
    const accumulator = createGateAccumulator('forget', [0, 1]);
    // Two steps, two sequences, two units; the second sequence has one step.
    accumulator.add(Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.9, 0.9), 2, 2, Int32Array.of(2, 1));
    assert.ok(accumulator.isFinite());
    near(accumulator.finish().mean, (0.1 + 0.2 + 0.3 + 0.4 + 0.5 + 0.6) / 6, 1e-7);
  });

  it('are the same whether padding is cut off or marked', () => {
    const random = randomNumbers(3);
    const [steps, batch, units] = [7, 5, 3];
    const values = Float32Array.from({ length: steps * batch * units }, random);
    const lengths = Int32Array.of(7, 0, 3, 1, 6);
    const kept = [...values].filter(
      (_, k) => Math.floor(k / (batch * units)) < lengths[Math.floor(k / units) % batch]!,
    );
    const accumulator = createGateAccumulator('forget', [-1, 1]);
    accumulator.add(values, steps, batch, lengths);
    const [marked, cut] = [accumulator.finish(), of([-1, 1], kept)];
    assert.deepEqual(marked.histogram, cut.histogram);
    assert.deepEqual(marked.quantiles, cut.quantiles);
    near(marked.mean, cut.mean, 1e-14);
    near(marked.standardDeviation, cut.standardDeviation, 1e-14);
  });

  it('say what is wrong when there is nothing to count or nothing that counts', () => {
    assert.throws(
      () => createGateAccumulator('reset', [0, 1]).finish(),
      /no step to take the statistics of the reset gate/,
    );
    const overflown = createGateAccumulator('candidate', [0, Infinity]);
    overflown.add(Float32Array.of(1, Infinity, 2), 3, 1, null);
    assert.equal(overflown.isFinite(), false);
    assert.throws(() => of([0, 1], [0.5, NaN]), /forget gate takes values that are not finite/);
    assert.throws(() => of([0, Infinity], [0.5, Infinity]), /forget gate takes values that are not finite/);
  });

  it('have an exact deviation where the values hardly differ', () => {
    const values = Array.from({ length: 10_000 }, (_, k) => 0.999 + (k % 2) * 2 ** -20);
    near(of([0, 1], values).standardDeviation, 2 ** -21, 1e-12);
  });

  const ranges: [ActivationRange, (u: number) => number][] = [
    [[0, 1], (u) => 1 / (1 + Math.exp(-u))],
    [[-1, 1], Math.tanh],
    [[0, Infinity], (u) => Math.max(0, u)],
    [[-Infinity, Infinity], (u) => u],
    // ELU
    [[-1, Infinity], (u) => (u > 0 ? u : Math.expm1(u))],
  ];
  for (const [range, activation] of ranges) {
    it(`agree with sorting and two passes over [${range.join(', ')}]`, () => {
      fc.assert(
        fc.property(
          fc.integer(),
          fc.integer({ min: 1, max: 3000 }),
          fc.integer({ min: -3, max: 6 }),
          (seed, n, size) => {
            const random = randomNumbers(seed);
            const values = Array.from({ length: n }, () => Math.fround(activation(10 ** size * random())));
            const result = of(range, values);
            const mean = values.reduce((sum, v) => sum + v, 0) / n;
            const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
            const scale = Math.max(...values.map(Math.abs), 1e-6);
            near(result.mean, mean, 1e-12 * scale);
            near(result.standardDeviation, deviation, 1e-7 * scale);
            const { from, to, shares } = result.histogram;
            near(
              shares.reduce((sum, share) => sum + share, 0),
              1,
              1e-12,
            );
            for (const { probability, value } of result.quantiles) {
              near(value, sortedQuantile(values, probability), (to - from) / 1000 + 1e-12 * scale);
            }
            // A range that grows is at most twice as wide as it has to be.
            if (!Number.isFinite(range[1]) && scale > 1e-6) assert.ok(to > scale && to <= 2 * scale);
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  it('do not depend on how the values are cut into batches', () => {
    const random = randomNumbers(5);
    const values = Float32Array.from({ length: 5000 }, (_, k) => random() * (1 + k));
    const whole = createGateAccumulator('candidate', [-Infinity, Infinity]);
    whole.add(values, 5000, 1, null);
    const parts = createGateAccumulator('candidate', [-Infinity, Infinity]);
    for (const [start, end] of [
      [0, 1],
      [1, 1234],
      [1234, 4999],
      [4999, 5000],
    ] as const) {
      parts.add(values.subarray(start, end), end - start, 1, null);
    }
    const [a, b] = [whole.finish(), parts.finish()];
    assert.deepEqual(b.histogram, a.histogram);
    assert.deepEqual(b.quantiles, a.quantiles);
    near(b.mean, a.mean, 1e-12 * Math.abs(a.mean) + 1e-12);
    near(b.standardDeviation, a.standardDeviation, 1e-12 * a.standardDeviation);
  });
});
