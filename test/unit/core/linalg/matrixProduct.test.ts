import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainMatrixProduct } from '../../../../src/core/linalg/matrixProduct';
import { seededNumbers } from '../../../fixtures/linalg/hardMatrices';

describe('the plain matrix product', () => {
  it('by hand: left · rightᵀ', async () => {
    const left = Float64Array.of(1, 2, 3, 4, 5, 6);
    const right = Float64Array.of(1, 0, -1, 2, 2, 2);
    assert.deepEqual(
      await plainMatrixProduct(left, right, { rows: 2, columns: 2, inner: 3 }),
      Float64Array.of(-2, 12, -2, 30),
    );
  });

  it('equals the definition for all shapes, integers being exact', async () => {
    const size = fc.integer({ min: 1, max: 11 });
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.oneof(size, fc.integer({ min: 510, max: 1030 })),
        async (rows, columns, inner) => {
          const next = seededNumbers(rows + 20 * columns + 400 * inner);
          const left = Float64Array.from({ length: rows * inner }, () => Math.round(1000 * next()));
          const right = Float64Array.from({ length: columns * inner }, () => Math.round(1000 * next()));
          const product = await plainMatrixProduct(left, right, { rows, columns, inner });
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              let sum = 0;
              for (let k = 0; k < inner; k++) sum += left[i * inner + k]! * right[j * inner + k]!;
              assert.equal(product[i * columns + j], sum);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
