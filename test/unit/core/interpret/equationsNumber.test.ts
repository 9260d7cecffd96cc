import assert from 'node:assert/strict';
import fc from 'fast-check';
import { numberText } from '../../../../src/core/interpret/equationsNumber';

/** Reads a printed number back. */
function read(text: string): number {
  const [dividend, divisor = '1'] = text.replace('−', '-').replace('∞', 'Infinity').split('/');
  return Number(dividend) / Number(divisor);
}

describe('numbers in equations', () => {
  it('are short where they mean a short number, by hand', () => {
    const printed = [1 - 0.9, 1 - 0.99, 1 / 3, 1 / 7, 2 / 3, 0.7, -0.5, 1, 0, 1e-7, 1e21, -Infinity].map(numberText);
    assert.deepEqual(
      printed,
      ['0.1', '0.01', '1/3', '1/7', '2/3', '0.7', '−0.5', '1', '0', '1e-7', '1e+21', '−∞'], // prettier-ignore
    );
    assert.equal(numberText(Math.PI), '3.141592653589793');
    assert.equal(numberText(0.1234567), '0.1234567');
  });

  it('mean the same number but for its last bits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const meant = read(numberText(value));
        assert.ok(meant === value || Math.abs(meant - value) <= 2e-15 * Math.abs(value), numberText(value));
      }),
    );
  });
});
