import assert from 'node:assert/strict';
import { lanczos } from '../../../../src/core/linalg/lanczos';
import { largestOfTridiagonal } from '../../../../src/core/linalg/tridiagonal';
import { seededNumbers } from '../../../fixtures/linalg/hardMatrices';

const close = (a: number, b: number, tolerance = 1e-14): void =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} ${b}`);

describe('the largest eigenvalues of a tridiagonal matrix', () => {
  it('by hand: the second difference matrix has eigenvalues 2 − 2 cos(kπ/(n+1)) and sines as vectors', () => {
    const n = 12;
    const { value, second, coefficients } = largestOfTridiagonal(Array(n).fill(2), Array(n - 1).fill(-1));
    close(value, 2 + 2 * Math.cos(Math.PI / (n + 1)));
    close(second, 2 + 2 * Math.cos((2 * Math.PI) / (n + 1)));
    const scale = Math.sqrt(2 / (n + 1));
    const sign = Math.sign(coefficients[0]!);
    coefficients.forEach((x, k) =>
      close(sign * x, scale * Math.sin(((k + 1) * Math.PI) / (n + 1)) * (k % 2 ? -1 : 1), 1e-12),
    );
  });

  it('takes 1 × 1 and uncoupled matrices', () => {
    assert.deepEqual(largestOfTridiagonal([3], []), { value: 3, second: -Infinity, coefficients: Float64Array.of(1) });
    const { value, second } = largestOfTridiagonal([1, 5, 2], [0, 0]);
    close(value, 5);
    close(second, 2);
  });
});

describe("Lanczos' iteration", () => {
  it('reaches the largest eigenpair and tells its residual truly', () => {
    const n = 40;
    const next = seededNumbers(3);
    const start = Float64Array.from({ length: n }, () => next());
    const eigenvalue = (i: number): number => (i === 11 ? 9 : 5 - i / 10);
    const apply = (x: Float64Array): Float64Array => x.map((value, i) => eigenvalue(i) * value);
    let last = 0;
    for (const { value, residual, vector, exhausted } of lanczos(apply, start, 30)) {
      const x = vector();
      let squares = 0;
      for (let i = 0; i < n; i++) squares += ((eigenvalue(i) - value) * x[i]!) ** 2;
      close(residual, Math.sqrt(squares), 1e-12);
      assert.ok(value >= last - 1e-13 && value <= 9 + 1e-13, 'Ritz values grow, and never pass the largest eigenvalue');
      last = value;
      if (exhausted) close(Math.abs(x[11]!), 1, 1e-12);
    }
    close(last, 9, 1e-13);
  });

  it('ends where the space is invariant', () => {
    const pairs = [...lanczos((x) => x.map((value) => 4 * value), Float64Array.of(1, 2, 3), 10)];
    assert.equal(pairs.length, 1);
    assert.ok(pairs[0]!.exhausted);
    close(pairs[0]!.value, 4);
  });
});
