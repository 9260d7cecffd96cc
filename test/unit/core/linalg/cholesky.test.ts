import assert from 'node:assert/strict';
import { shiftedCholesky, solveWithFactor } from '../../../../src/core/linalg/cholesky';
import { plainMatrixProduct } from '../../../../src/core/linalg/matrixProduct';
import { seededNumbers } from '../../../fixtures/linalg/hardMatrices';

function symmetricMatrix(seed: number, n: number): Float64Array {
  const next = seededNumbers(seed);
  const s = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) s[i * n + j] = s[j * n + i] = next();
  return s;
}

describe('the shifted Cholesky factorisation', () => {
  it('by hand: 5·I − (1 2; 2 −3) = L Lᵀ with L = (2 0; −1 √7)', async () => {
    const factor = await shiftedCholesky(Float64Array.of(1, 2, 2, -3), 2, 5, plainMatrixProduct);
    assert.ok(factor);
    assert.deepEqual([factor[0], factor[2], factor[3]], [2, -1, Math.sqrt(7)]);
    const x = solveWithFactor(factor, 2, Float64Array.of(4 - 2 * 3, -2 + 8 * 3));
    assert.ok(Math.abs(x[0]! - 1) < 1e-15 && Math.abs(x[1]! - 3) < 1e-15);
  });

  for (const n of [1, 63, 64, 65, 150, 197]) {
    it(`gives back t·I − S and solves with it, n = ${n}`, async () => {
      const s = symmetricMatrix(n, n);
      const shift = 3 * Math.sqrt(n) + 1;
      const factor = await shiftedCholesky(s, n, shift, plainMatrixProduct);
      assert.ok(factor);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let k = 0; k <= j; k++) sum += factor[i * n + k]! * factor[j * n + k]!;
          assert.ok(Math.abs(sum - ((i === j ? shift : 0) - s[i * n + j]!)) < 1e-12 * shift, `${i} ${j}`);
        }
      }
      const next = seededNumbers(7);
      const expected = Float64Array.from({ length: n }, () => next());
      const b = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        b[i] = shift * expected[i]!;
        for (let j = 0; j < n; j++) b[i]! -= s[i * n + j]! * expected[j]!;
      }
      const x = solveWithFactor(factor, n, b);
      for (let i = 0; i < n; i++) assert.ok(Math.abs(x[i]! - expected[i]!) < 1e-11);
    });
  }

  it('answers null just below the largest eigenvalue, and a factor just above, in any block', async () => {
    const n = 150;
    for (const place of [0, 70, 149]) {
      const s = new Float64Array(n * n);
      for (let i = 0; i < n; i++) s[i * n + i] = i === place ? 2 : 1;
      assert.equal(await shiftedCholesky(s, n, 2, plainMatrixProduct), null);
      assert.equal(await shiftedCholesky(s, n, 2 - 1e-12, plainMatrixProduct), null);
      assert.ok(await shiftedCholesky(s, n, 2 + 1e-12, plainMatrixProduct));
    }
  });

  it('answers null where a number is not finite', async () => {
    assert.equal(await shiftedCholesky(Float64Array.of(0, NaN, NaN, 0), 2, 1, plainMatrixProduct), null);
    assert.equal(await shiftedCholesky(Float64Array.of(0, 1e200, 1e200, 0), 2, 1e-200, plainMatrixProduct), null);
  });
});
