import assert from 'node:assert/strict';
import type { RegressionQuantity } from '../../../src/core/report';
import { rowStatement } from '../../../src/core/rowStatement';

const quantity = (changes: Partial<RegressionQuantity>): RegressionQuantity => ({
  ...{ kind: 'absolute', scale: 0.5, norm: null, everyStep: false },
  ...changes,
});

describe('rowStatement', () => {
  it('says what a row bounds in the unit of the labels, rounded up', () => {
    assert.equal(rowStatement({ value: 0.07123 }), 'the error on a new sequence is at most 7.13 %');
    assert.equal(
      rowStatement({ value: 0.2591, quantity: quantity({}) }),
      'the mean absolute error on new sequences, cut at a = 0.5, is at most 0.13 (26 % of a)',
    );
    assert.equal(
      rowStatement({ value: 0.2591, quantity: quantity({ kind: 'squared', norm: 2 }) }, 'Reg-Occam, 2-norm'),
      'the mean squared Euclidean distance from the label on new sequences, cut at a² = 0.25, is at most 0.0648 (26 % of a²; Reg-Occam, 2-norm)',
    );
    assert.match(
      rowStatement({ value: 0.1, quantity: quantity({ norm: 'inf' }) }),
      /largest absolute error of an entry/,
    );
  });

  it('says how often a prediction is far off', () => {
    const far = quantity({ kind: 'exceedance' });
    assert.equal(
      rowStatement({ value: 0.0625, quantity: far }, 'held-out-exceed'),
      'a prediction is off by more than a = 0.5 on at most 6.25 % of new sequences (held-out-exceed)',
    );
    assert.equal(
      rowStatement({ value: 0.0625, quantity: { ...far, everyStep: true, norm: 2 } }),
      'predictions are off by more than a = 0.5 (Euclidean distance) at no more than 6.25 % of the steps of a new sequence, on average',
    );
  });

  it('never promises less than the row', () => {
    for (const value of [1e-9, 0.000123, 0.01, 0.0999999, 0.5, 0.9989]) {
      const [, mean, percent] = /at most ([\d.e-]+) \(([\d.e-]+) %/.exec(
        rowStatement({ value, quantity: quantity({ scale: 0.3 }) }),
      )!;
      assert.ok(Number(mean) >= 0.3 * value * (1 - 1e-12) && Number(percent) >= 100 * value * (1 - 1e-12));
    }
  });
});
