import assert from 'node:assert/strict';
import { split } from '../../../../src/core/analysis/split';

describe('split', () => {
  it('takes the mask of the data file before the range of the sidecar', () => {
    const parts = split(4, Uint8Array.of(0, 1, 0, 1), { heldOut: { from: 0, to: 1 } });
    assert.deepEqual(parts, { training: [0, 2], heldOut: [1, 3] });
  });

  it('reads a range that ends where the data end', () => {
    assert.deepEqual(split(4, null, { heldOut: { from: 3 } }), { training: [0, 1, 2], heldOut: [3] });
  });

  it('holds out everything when the data did not train the checkpoint', () => {
    assert.deepEqual(split(2, null, { trainedOnData: false }), { training: [], heldOut: [0, 1] });
  });

  it('assumes that everything trained the checkpoint when nothing is said', () => {
    assert.deepEqual(split(2, null, {}), { training: [0, 1], heldOut: [] });
  });

  it('refuses a range outside the data', () => {
    assert.throws(() => split(2, null, { heldOut: { from: 2 } }), /there are 2 sequences/);
    assert.throws(() => split(2, null, { heldOut: { from: 1, to: 1 } }), /0 ≤ from < to ≤ 2/);
  });
});
