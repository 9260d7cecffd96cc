import assert from 'node:assert/strict';
import fc from 'fast-check';
import { logCoveringNumber, type CoveredBlock } from '../../../../src/core/bounds/methods/coveringNumber';
import { logGeometricSum } from '../../../../src/core/bounds/numbers/geometricSum';
import { largestRoot } from '../../../../src/core/bounds/numbers/largestRoot';
import { gaussianDivergence } from '../../../../src/core/bounds/methods/pacBayesMajorant';
import { gridPoint, radiusOf } from '../../../../src/core/bounds/numbers/radiusGrid';
import { regime } from '../../../../src/core/bounds/recursions/regime';
import { gammaGrid } from '../../../../src/core/bounds/classes/selectionCost';

describe('radiusOf', () => {
  it('is the smallest grid point that is not below v(1 + 1e-6)', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), (v) => {
        const point = radiusOf(v)!;
        assert.ok(point.radius >= v * (1 + 1e-6));
        assert.ok(point.k === -160 || gridPoint(point.k - 1).radius < v * (1 + 1e-6));
        assert.ok(Math.abs(point.log - Math.log(point.radius)) < 1e-12);
      }),
    );
  });

  it('ends at 2^-20 and 2^20', () => {
    assert.equal(radiusOf(0)!.k, -160);
    assert.equal(radiusOf(2 ** 20 / (1 + 2e-6))!.k, 160);
    assert.equal(radiusOf(2 ** 20), null);
    assert.equal(radiusOf(NaN), null);
  });
});

describe('logGeometricSum', () => {
  it('is the logarithm of the sum, on both sides of 1 and at 1', () => {
    for (const base of [0, 0.3, 0.999, 1, 1 + 1e-12, 1.001, 2.5]) {
      let sum = 0;
      for (let l = 0; l < 40; l++) sum += base ** l;
      assert.ok(Math.abs(logGeometricSum(Math.log(base), 40) - Math.log(sum)) < 1e-9, `${base}`);
    }
  });
});

describe('logCoveringNumber', () => {
  const block = (parameters: number, logRadius: number, logConstant: number): CoveredBlock => ({
    name: 'A',
    rows: parameters,
    columns: 1,
    parameters,
    logRadius,
    logConstant,
  });

  it('is n ln(1 + 2RL/ε) for one block, and nothing for a block that moves nothing', () => {
    assert.ok(Math.abs(logCoveringNumber([block(3, 0, Math.log(5))], Math.log(0.1)) - 3 * Math.log(101)) < 1e-12);
    assert.equal(logCoveringNumber([block(3, 0, -Infinity)], 0), 0);
  });

  it('of a block that is cut in two halves is larger, by at most ln 2 a number: each half gets half the room', () => {
    const whole = logCoveringNumber([block(8, 0.3, 1), block(5, -1, 2)], -2);
    const halves = logCoveringNumber([block(4, 0.3, 1), block(4, 0.3, 1), block(5, -1, 2)], -2);
    assert.ok(halves > whole && halves <= whole + 8 * Math.LN2);
  });

  it('never rises with ε, and never falls with a radius or a constant', () => {
    const value = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(
        value,
        value,
        value,
        fc.double({ min: 0, max: 3, noNaN: true }),
        (radius, constant, epsilon, more) => {
          const cover = (r: number, l: number, e: number): number =>
            logCoveringNumber([block(8, r, l), block(2, 0, 0)], e);
          const base = cover(radius, constant, epsilon);
          assert.ok(cover(radius, constant, epsilon + more) <= base);
          assert.ok(cover(radius + more, constant, epsilon) >= base);
          assert.ok(cover(radius, constant + more, epsilon) >= base);
        },
      ),
    );
  });
});

describe('gaussianDivergence', () => {
  it('is not below the closed form at the best real scale, and the best point of the grid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 1e-4, max: 100, noNaN: true }),
        fc.double({ min: -20, max: 3, noNaN: true }),
        (n, distance, logSigma) => {
          const block = { name: 'A', rows: n, columns: 1, parameters: n, norm: 1, distance };
          const found = gaussianDivergence(block, logSigma);
          const sigma = Math.exp(logSigma);
          assert.ok(found >= (n / 2) * Math.log1p(distance ** 2 / (n * sigma * sigma)) - 1e-6 * Math.abs(found) - 1e-9);
          for (let k = -160; k <= 160; k++) {
            const s0 = 2 ** (k / 8);
            const other = n * Math.log(s0 / sigma) + (distance ** 2 + n * sigma * sigma) / (2 * s0 * s0) - n / 2;
            assert.ok(found <= other + 1e-9 * Math.abs(other) + 1e-9);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('largestRoot', () => {
  it('finds the root from below, wherever it starts', () => {
    for (const root of [-1000, -3.7, 0, 12.25]) {
      for (const guess of [root - 50, root, root + 0.001, root + 400]) {
        const x = largestRoot((value) => Math.expm1((value - root) / 5), guess);
        assert.ok(x <= root && root - x < 1e-9, `${root} from ${guess}: ${x}`);
      }
    }
  });

  it('answers Infinity for a function that never becomes positive', () => {
    assert.equal(
      largestRoot(() => -1, 0),
      Infinity,
    );
  });
});

describe('The grid of γ', () => {
  it('has 81 values from 2^-20 to 2^20', () => {
    assert.equal(gammaGrid.length, 81);
    assert.equal(gammaGrid[0], 2 ** -20);
    assert.equal(gammaGrid[40], 1);
    assert.equal(gammaGrid[80], 2 ** 20);
  });
});

describe('regime', () => {
  it('is contracting up to 1 − 1/t, expanding from 1 + 1/t, critical in between, unknown without a length', () => {
    assert.equal(regime(0.9, 10), 'contracting');
    assert.equal(regime(0.95, 10), 'critical');
    assert.equal(regime(1.05, 10), 'critical');
    assert.equal(regime(1.1, 10), 'expanding');
    assert.equal(regime(2, null), null);
  });
});
