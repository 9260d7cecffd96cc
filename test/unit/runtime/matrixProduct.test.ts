import assert from 'node:assert/strict';
import { certifiedSpectralNorm } from '../../../src/core/linalg/certifiedSpectralNorm';
import { plainMatrixProduct } from '../../../src/core/linalg/matrixProduct';
import { nativeMatrixProduct } from '../../../src/runtime/matrixProduct';
import { seededNumbers } from '../../fixtures/linalg/hardMatrices';

describe('the native matrix product', () => {
  const multiply = nativeMatrixProduct(1);
  after(() => multiply.dispose());

  it('equals the plain one exactly where every sum is exact, for parts of larger arrays too', async () => {
    const next = seededNumbers(5);
    const integers = (count: number) => Float64Array.from({ length: count }, () => Math.round(1e6 * next()));
    for (const [rows, columns, inner] of [
      [1, 1, 1],
      [3, 5, 2],
      [70, 40, 33],
      [1, 300, 200],
      [257, 129, 64],
    ] as const) {
      const left = integers(rows * inner + 7).subarray(7);
      const right = integers(columns * inner + 3).subarray(3);
      const shape = { rows, columns, inner };
      assert.deepEqual(await multiply(left, right, shape), await plainMatrixProduct(left, right, shape));
    }
  });

  it('keeps double precision, and numbers far below the float32 range', async () => {
    const inner = 40_000;
    const tiny = new Float64Array(inner).fill(2 ** -300);
    const ones = new Float64Array(inner).fill(1 + 2 ** -40);
    const [product] = await multiply(tiny, ones, { rows: 1, columns: 1, inner });
    assert.ok(Math.abs(product! / (inner * 2 ** -300 * (1 + 2 ** -40)) - 1) < 1e-14);
  });

  it('certifies 5^10 as the norm of a dense 1024 × 1024 matrix with equal singular values within 1e-9', async () => {
    const n = 1024;
    const values = new Float32Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let entry = 1;
        for (let bit = 0; bit < 10; bit++) {
          const [a, b] = [(i >> bit) & 1, (j >> bit) & 1];
          entry *= a === b ? 3 : a ? 4 : -4;
        }
        values[i * n + j] = entry;
      }
    }
    const { lower, upper } = await certifiedSpectralNorm({ rows: n, columns: n, values }, multiply);
    assert.ok(lower <= 5 ** 10 && 5 ** 10 <= upper);
    assert.ok((upper - lower) / upper <= 1e-9, `${(upper - lower) / upper}`);
  });

  it('can be used again after it was disposed of', async () => {
    await multiply.dispose();
    const ones = new Float64Array(64 * 64).fill(1);
    assert.equal((await multiply(ones, ones, { rows: 64, columns: 64, inner: 64 }))[0], 64);
  });
});
