import assert from 'node:assert/strict';
import { orthogonalMatrix } from '../../../../src/core/linalg/orthogonalMatrix';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';

describe('a random orthogonal matrix', () => {
  for (const [rows, columns] of [
    [1, 1],
    [40, 40],
    [3, 17],
    [17, 3],
    [301, 301],
    [260, 333],
    [333, 260],
  ] as const) {
    it(`${rows} × ${columns} has orthonormal ${rows <= columns ? 'rows' : 'columns'}`, () => {
      const matrix = orthogonalMatrix(rows, columns, seededRandom(3));
      const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
      const entry = (v: number, k: number): number => matrix[rows <= columns ? v * columns + k : k * columns + v]!;
      for (let p = 0; p < count; p++) {
        for (let q = 0; q < count; q++) {
          let product = 0;
          for (let k = 0; k < length; k++) product += entry(p, k) * entry(q, k);
          assert.ok(Math.abs(product - Number(p === q)) < 1e-14);
        }
      }
    });
  }

  it('is the same for the same seed, and another for another, also where it is made of rotations', () => {
    const made = (seed: number): Float64Array => orthogonalMatrix(300, 300, seededRandom(seed));
    assert.deepEqual(made(5), made(5));
    assert.notDeepEqual(made(5), made(6));
  });

  it('has vectors that are uniform on the sphere, of rotations too: the moments of every vector and of every entry', () => {
    const n = 300;
    const matrix = orthogonalMatrix(n, n, seededRandom(8));
    // The fourth moment of an entry is 3 / (n (n + 2)); one of a vector that is not spread out is far larger.
    const fourth = (start: number, stride: number): number =>
      Array.from({ length: n }, (_, k) => matrix[start + k * stride]! ** 4).reduce((sum, x) => sum + x, 0);
    for (let k = 0; k < n; k++) {
      assert.ok(Math.abs((fourth(k * n, 1) * (n + 2)) / 3 - 1) < 0.6, `row ${k}`);
      assert.ok(Math.abs((fourth(k, n) * (n + 2)) / 3 - 1) < 0.6, `column ${k}`);
    }
    const mean = (power: number): number => matrix.reduce((sum, x) => sum + x ** power, 0) / n ** 2;
    assert.ok(Math.abs(mean(1)) * Math.sqrt(n) < 0.01);
    assert.ok(Math.abs((mean(4) * n * (n + 2)) / 3 - 1) < 0.03);
    // The trace of a matrix that still resembled the identity would be of the order of n; that of a uniform one has variance 1.
    assert.ok(Math.abs(matrix.reduce((sum, x, k) => sum + (k % (n + 1) === 0 ? x : 0), 0)) < 4);
  });

  it('is uniform among all of them: every entry has the mean 0 and the variance 1 / n', () => {
    const random = seededRandom(11);
    const draws = Array.from({ length: 4000 }, () => orthogonalMatrix(3, 3, random));
    for (let k = 0; k < 9; k++) {
      const mean = draws.reduce((sum, matrix) => sum + matrix[k]!, 0) / draws.length;
      const variance = draws.reduce((sum, matrix) => sum + matrix[k]! ** 2, 0) / draws.length;
      assert.ok(Math.abs(mean) < 0.05 && Math.abs(variance - 1 / 3) < 0.03, `entry ${k}: ${mean}, ${variance}`);
    }
  });
});
