import assert from 'node:assert/strict';
import { klInverse } from '../../../../src/core/bounds/numbers/klInverse';
import { sequencesNeeded } from '../../../../src/core/bounds/sequencesNeeded';

describe('the sequences needed', () => {
  it('are the nats over ln 2 for a bound of one half without an error', () => {
    assert.equal(sequencesNeeded(0, 1000, 0.5), Math.ceil(1000 / Math.LN2));
  });

  it('bring the bound to the target, and one in a thousand fewer do not', () => {
    for (const loss of [0, 0.01, 0.2, 0.4]) {
      const m = sequencesNeeded(loss, 12_345, 0.5)!;
      assert.ok(klInverse(loss, 12_345 / m) <= 0.5 + 1e-9);
      assert.ok(klInverse(loss, 12_345 / (m * 0.999)) > 0.5);
    }
  });

  it('do not exist where the loss alone is above the target', () => {
    assert.equal(sequencesNeeded(0.5, 1, 0.5), null);
    assert.equal(sequencesNeeded(0.7, 1, 0.5), null);
  });
});
