import assert from 'node:assert/strict';
import { certifiedShift } from '../../../../src/core/linalg/certifiedShift';
import { plainMatrixProduct, type MatrixProduct } from '../../../../src/core/linalg/matrixProduct';

/** A diagonal matrix, whose eigenvalues are known, and a product that counts. */
async function search(eigenvalues: readonly number[], accuracy = 1e-11) {
  const n = eigenvalues.length;
  const symmetric = new Float64Array(n * n);
  eigenvalues.forEach((value, i) => (symmetric[i * n + i] = value));
  // The largest row sum would be a perfect bound here; two equal off-diagonal entries far down make it a poor one.
  symmetric[(n - 1) * n + n - 2] = 1.5;
  symmetric[(n - 2) * n + n - 1] = 1.5;
  symmetric[(n - 1) * n + n - 1] = -1;
  symmetric[(n - 2) * n + n - 2] = -1;
  let products = 0;
  const multiply: MatrixProduct = (left, right, shape) => {
    products++;
    return plainMatrixProduct(left, right, shape);
  };
  const { shift, vector } = await certifiedShift(symmetric, n, accuracy, multiply);
  const largest = Math.max(...eigenvalues.slice(0, n - 2));
  let quotient = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) quotient += vector[i]! * symmetric[i * n + j]! * vector[j]!;
  const perFactorization = Math.ceil(n / 64) - 1;
  return {
    above: (shift - largest) / largest,
    below: (largest - quotient) / largest,
    factorizations: products / perFactorization,
  };
}

describe('the search for a certified shift', () => {
  const list = (n: number, value: (k: number) => number): number[] => Array.from({ length: n }, (_, k) => value(k));

  it('needs one factorisation where the largest eigenvalue stands apart', async () => {
    const { above, below, factorizations } = await search(list(200, (k) => (k === 17 ? 1 : 0.9 - k / 400)));
    assert.equal(factorizations, 1);
    assert.ok(above >= 0 && above <= 3e-11 && below <= 1e-11);
  });

  it('separates a second eigenvalue 1e-7 below that a first look takes for one with the largest', async () => {
    const { above, below, factorizations } = await search(
      list(200, (k) => (k === 66 ? 1 : k === 110 ? 1 - 1e-7 : 0.6 - k / 400)),
    );
    assert.ok(factorizations > 1, 'the first shift must have been too low, or this test shows nothing');
    assert.ok(above >= 0 && above <= 3e-11 && below <= 1e-11);
  });

  it('uses shift-and-invert where eigenvalues crowd at the top too much for a Krylov space', async () => {
    const n = 400;
    const { above, below, factorizations } = await search(list(n, (k) => 1 - (k / n) ** 2));
    assert.ok(factorizations > 1, 'the iteration alone must not have sufficed, or this test shows nothing');
    assert.ok(above >= 0 && above <= 3e-11 && below <= 1e-11, JSON.stringify({ above, below }));
  });

  it('comes close enough where ten eigenvalues lie within the accuracy and hundreds right below', async () => {
    const n = 500;
    const { above, below } = await search(list(n, (k) => 1 - 1e-3 * (k / n) ** 4));
    assert.ok(above >= 0 && above <= 1.1e-10 && below <= 1.1e-10, JSON.stringify({ above, below }));
  });

  it('copes with many equal largest eigenvalues', async () => {
    const { above, below } = await search(list(150, (k) => (k % 2 ? 4 : 1 / (k + 1))));
    assert.ok(above >= 0 && above <= 3e-11 && below <= 1e-11);
  });
});
