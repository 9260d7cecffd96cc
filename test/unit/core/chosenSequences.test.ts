import assert from 'node:assert/strict';
import { chosenSequences } from '../../../src/core/chosenSequences';

describe('some of the sequences', () => {
  it('keep what belongs to them, in the order asked for', () => {
    const chosen = chosenSequences(
      {
        count: 3,
        inputs: new Map([['x', { dims: [3, 2], values: Float32Array.of(0, 1, 10, 11, 20, 21) }]]),
        fixed: new Map([['f', { dims: [1], values: Float32Array.of(7) }]]),
        lengths: Int32Array.of(2, 1, 2),
        labels: { kind: 'values', steps: 1, width: 2, values: Float64Array.of(0, 0.5, 1, 1.5, 2, 2.5) },
        holdout: Uint8Array.of(0, 0, 1),
      },
      [2, 0],
    );
    assert.deepEqual(chosen, {
      count: 2,
      inputs: new Map([['x', { dims: [2, 2], values: Float32Array.of(20, 21, 0, 1) }]]),
      fixed: new Map([['f', { dims: [1], values: Float32Array.of(7) }]]),
      lengths: Int32Array.of(2, 2),
      labels: { kind: 'values', steps: 1, width: 2, values: Float64Array.of(2, 2.5, 0, 0.5) },
      holdout: Uint8Array.of(1, 0),
    });
  });
});
