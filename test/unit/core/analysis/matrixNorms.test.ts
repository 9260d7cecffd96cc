import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matrixNorms, stableRank } from '../../../../src/core/analysis/matrixNorms';
import { certifiedSpectralNorm } from '../../../../src/core/linalg/certifiedSpectralNorm';
import type { Matrix } from '../../../../src/core/linalg/matrix';
import { Problem } from '../../../../src/core/problem';
import vectors from '../../../fixtures/vectors.json';

const fromRows = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]!.length,
  values: Float64Array.from(rows.flat()),
});

const entries = fc.double({ min: -1, max: 1, noNaN: true });
const matrices = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([rows, columns]) =>
    fc
      .array(entries, { minLength: rows * columns, maxLength: rows * columns })
      .map((values): Matrix => ({ rows, columns, values: Float64Array.from(values) })),
  );

describe('the norms of a matrix', () => {
  it('by hand', () => {
    const norms = matrixNorms(
      fromRows([
        [3, -4, 0],
        [0, 12, 5],
      ]),
    );
    assert.equal(norms.frobenius, Math.sqrt(9 + 16 + 144 + 25));
    assert.ok(Math.abs(norms.norm21 - (3 + Math.sqrt(160) + 5)) < 1e-14);
    assert.equal(norms.infinity, 17);
    assert.equal(norms.one, 16);
    assert.equal(norms.norm11, 24);
    assert.equal(norms.maxRow, 13);
    assert.equal(norms.maxAbs, 12);
  });

  it('are zero for zero matrices and for empty ones', () => {
    for (const values of [new Float32Array(6), new Float64Array(0)]) {
      const norms = matrixNorms({ rows: values.length && 2, columns: 3, values });
      for (const value of Object.values(norms)) assert.equal(value, 0);
    }
  });

  for (const { id, row, inputs, expected } of vectors.cases) {
    if (row !== 'norms' || !('matrix' in inputs) || !('l21' in expected)) continue;
    it(`agree with the reference case ${id}`, async () => {
      const matrix = fromRows(inputs.matrix as number[][]);
      const norms = matrixNorms(matrix);
      const spectral = await certifiedSpectralNorm(matrix);
      const pairs: [number, unknown][] = [
        [norms.frobenius, expected.frobenius],
        [norms.norm21, expected.l21],
        [norms.infinity, expected.inf],
        [norms.one, expected.one],
        [norms.maxRow, expected.maxrow],
        [norms.norm11, expected.l11],
        [norms.maxAbs, expected.maxabs],
        [spectral.lower, expected.spectral],
        [spectral.upper, expected.spectral],
      ];
      for (const [actual, wanted] of pairs) {
        assert.ok(typeof wanted === 'number');
        assert.ok(Math.abs(actual - wanted) <= 1e-10 * wanted, `${actual} ${wanted}`);
      }
    });
  }

  it('scale exactly with powers of two, to the edges of the doubles', () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom(-900, -100, 100, 1000), (matrix, exponent) => {
        const coarse = matrix.values.map((x) => Math.round(x * 1024) / 1024);
        const norms = matrixNorms({ ...matrix, values: coarse });
        const scaled = matrixNorms({ ...matrix, values: coarse.map((x) => x * 2 ** exponent) });
        for (const key of Object.keys(norms) as (keyof typeof norms)[]) {
          assert.equal(scaled[key], norms[key] * 2 ** exponent);
        }
      }),
    );
    const huge = matrixNorms(
      fromRows([
        [1e300, 1e300],
        [1e-300, 0],
      ]),
    );
    assert.ok(Math.abs(huge.frobenius / (Math.SQRT2 * 1e300) - 1) < 1e-15);
    const tiny = matrixNorms({ rows: 1, columns: 2, values: Float32Array.of(3 * 2 ** -149, 4 * 2 ** -149) });
    assert.equal(tiny.frobenius, 5 * 2 ** -149);
  });

  it('stand in the order that every matrix obeys', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { frobenius, norm21, infinity, one, norm11, maxRow, maxAbs } = matrixNorms(matrix);
        const chain = [maxAbs, maxRow, frobenius, norm21, norm11];
        for (let k = 1; k < chain.length; k++) assert.ok(chain[k - 1]! <= chain[k]! * (1 + 1e-14));
        assert.ok(maxRow <= infinity * (1 + 1e-14) && infinity <= norm11 * (1 + 1e-14) && one <= norm11 * (1 + 1e-14));
      }),
    );
  });

  it('exchange rows and columns under transposition', () => {
    fc.assert(
      fc.property(matrices, ({ rows, columns, values }) => {
        const turned = Float64Array.from(values, (_, k) => values[(k % rows) * columns + Math.floor(k / rows)]!);
        const a = matrixNorms({ rows, columns, values });
        const b = matrixNorms({ rows: columns, columns: rows, values: turned });
        assert.ok(Math.abs(a.infinity - b.one) <= 1e-14 * a.infinity && Math.abs(a.one - b.infinity) <= 1e-14 * a.one);
        assert.ok(Math.abs(a.frobenius - b.frobenius) <= 1e-14 * a.frobenius);
      }),
    );
  });

  it('refuse weights that are not finite', () => {
    assert.throws(() => matrixNorms(fromRows([[1, NaN]])), Problem);
  });
});

describe('the stable rank', () => {
  it('is 1 for rank one, n for the identity, and null for a zero matrix', () => {
    assert.equal(stableRank(5, 5), 1);
    assert.ok(Math.abs(stableRank(Math.sqrt(7), 1)! - 7) < 1e-14);
    assert.equal(stableRank(0, 0), null);
  });
});
