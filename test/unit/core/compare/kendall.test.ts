import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { kendall } from '../../../../src/core/compare/kendall';

interface Case {
  readonly x: number[];
  readonly y: number[];
  readonly tau: number;
  readonly p: number;
}

// kendall.py beside the numbers: scipy, and all orders one by one.
const cases = JSON.parse(readFileSync('test/fixtures/compare/kendall.json', 'utf8')) as Case[];

describe('Kendall’s τ-b', () => {
  it('and its p-value are those of scipy', () => {
    assert.ok(cases.length > 30);
    for (const { x, y, tau, p } of cases) {
      const found = kendall(x, y)!;
      assert.ok(Math.abs(found.tau - tau) < 1e-12, `${x.join(' ')}: τ ${found.tau} instead of ${tau}`);
      assert.ok(Math.abs(found.pValue - p) <= 1e-9 * p, `${x.join(' ')}: p ${found.pValue} instead of ${p}`);
      assert.equal(found.count, x.length);
    }
  });

  it('is 1 for one order, −1 for the reversed one; both as rare as one order of all', () => {
    const rising = [1, 2, 3, 4, 5];
    assert.deepEqual(kendall(rising, [10, 20, 30, 40, 50]), { tau: 1, pValue: 2 / 120, method: 'exact', count: 5 });
    assert.equal(kendall(rising, rising.toReversed())!.tau, -1);
  });

  it('has no value where nothing varies', () => {
    assert.equal(kendall([1, 1, 1], [1, 2, 3]), null);
    assert.equal(kendall([1], [1]), null);
    assert.equal(kendall([], []), null);
  });

  it('does not depend on the scale', () => {
    const x = [0.1, 7, 3, 3, -2];
    const y = [4, 1, 0, 9, 2];
    assert.deepEqual(kendall(x.map(Math.exp), y), kendall(x, y));
  });
});
