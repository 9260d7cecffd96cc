import assert from 'node:assert/strict';
import { orthogonalMatrix } from '../../../../src/core/linalg/orthogonalMatrix';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';

describe('a random orthogonal matrix', () => {
  for (const [rows, columns] of [
    [1, 1],
    [40, 40],
    [3, 17],
    [17, 3],
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
