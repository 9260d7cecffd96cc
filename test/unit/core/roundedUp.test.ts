import assert from 'node:assert/strict';
import fc from 'fast-check';
import { roundedUp } from '../../../src/core/roundedUp';

describe('roundedUp', () => {
  it('rounds up in the last digit that is kept', () => {
    assert.equal(roundedUp(0.12341, 4), 0.1235);
    assert.equal(roundedUp(0.1234, 4), 0.1234);
    assert.equal(roundedUp(0.99999, 4), 1);
    assert.equal(roundedUp(-1.23456, 4), -1.234);
    assert.equal(roundedUp(0, 4), 0);
  });

  it('is never below the value, nor above it by more than one unit of that digit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-300, max: 1e300, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (value, digits) => {
          const rounded = roundedUp(value, digits);
          assert.ok(rounded >= value && rounded <= value * (1 + 1.001 * 10 ** (1 - digits)), `${rounded} for ${value}`);
        },
      ),
    );
  });
});
