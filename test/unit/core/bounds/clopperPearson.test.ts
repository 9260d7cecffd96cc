import assert from 'node:assert/strict';
import { clopperPearson } from '../../../../src/core/bounds/numbers/clopperPearson';

/** P(Bin(n, p) = k), by multiplying the factors up; n is small. */
function binomial(k: number, n: number, p: number): number {
  let probability = (1 - p) ** n;
  for (let j = 1; j <= k; j++) probability *= (((n - j + 1) / j) * p) / (1 - p);
  return probability;
}

describe('clopperPearson', () => {
  it('is 1 − δ^(1/n) without errors, and 1 when everything is wrong or nothing was seen', () => {
    assert.ok(Math.abs(clopperPearson(0, 20, 0.05) - (1 - 0.05 ** (1 / 20))) < 1e-10);
    assert.equal(clopperPearson(7, 7, 0.05), 1);
    assert.equal(clopperPearson(0, 0, 0.05), 1);
  });

  it('leaves the observed number of errors or fewer exactly the probability δ', () => {
    for (const [k, n, delta] of [
      [1, 10, 0.05],
      [3, 50, 0.01],
      [20, 60, 1e-6],
      [49, 50, 0.3],
    ] as const) {
      const p = clopperPearson(k, n, delta);
      let tail = 0;
      for (let j = 0; j <= k; j++) tail += binomial(j, n, p);
      assert.ok(Math.abs(tail / delta - 1) < 1e-8 && tail <= delta, `P(Bin(${n}, ${p}) ≤ ${k}) = ${tail}`);
    }
  });

  it('is at least the true error with probability at least 1 − δ, whatever the truth', () => {
    const n = 40;
    const delta = 0.05;
    const bounds = Array.from({ length: n + 1 }, (_, k) => clopperPearson(k, n, delta));
    for (let truth = 0.01; truth < 1; truth += 0.01) {
      let failure = 0;
      for (let k = 0; k <= n; k++) if (bounds[k]! < truth) failure += binomial(k, n, truth);
      assert.ok(failure <= delta, `at ${truth} it fails with probability ${failure}`);
    }
  });

  it('keeps its digits for small δ and many sequences', () => {
    // The first from the closed form for k = 0; the second puts its answer back into the sum of ten terms.
    assert.ok(Math.abs(clopperPearson(0, 1e6, 1e-12) / -Math.expm1(Math.log(1e-12) / 1e6) - 1) < 1e-10);
    const p = clopperPearson(9, 100_000, 1e-12);
    let tail = 0;
    for (let j = 0; j <= 9; j++) tail += binomialByLogs(j, 100_000, p);
    assert.ok(Math.abs(tail / 1e-12 - 1) < 1e-6, `${tail}`);
  });
});

function binomialByLogs(k: number, n: number, p: number): number {
  let log = (n - k) * Math.log1p(-p) + k * Math.log(p);
  for (let j = 1; j <= k; j++) log += Math.log((n - j + 1) / j);
  return Math.exp(log);
}
