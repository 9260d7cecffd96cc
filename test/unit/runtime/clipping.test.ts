import assert from 'node:assert/strict';
import type { ModelInput } from '../../../src/core/checkpoint';
import type { Sequences, Tensor } from '../../../src/core/sequences';
import { clipped, clippingNote } from '../../../src/runtime/clipping';

const input: ModelInput = { name: 'x', elementType: 'float32', shape: [null, null, 2], role: 'sequence', batchAxis: 1, timeAxis: 0 }; // prettier-ignore
const sequences = (x: Tensor, lengths: Int32Array | null = null): Sequences => ({
  count: x.dims[0]!,
  inputs: new Map([['x', x]]),
  fixed: new Map(),
  lengths,
  labels: null,
  holdout: null,
});
/** Two sequences of three steps of two coordinates. */
const x: Tensor = { dims: [2, 3, 2], values: Float32Array.of(0, 0.5, 1, -1, 0, 2, -3, 0, 0, 0, 7, 7) };

describe('clipping', () => {
  it('bounds coordinates, and leaves ids alone', () => {
    assert.deepEqual([...clipped(x, 0.5).values], [0, 0.5, 0.5, -0.5, 0, 0.5, -0.5, 0, 0, 0, 0.5, 0.5]);
    const ids: Tensor = { dims: [2], values: Int32Array.of(3, 4) };
    assert.equal(clipped(ids, 1), ids);
  });

  it('counts the coordinates that were outside, padding left out', () => {
    assert.match(clippingNote([input], sequences(x), 0.5), /; 6 coordinates were outside\.$/);
    assert.match(clippingNote([input], sequences(x, Int32Array.of(1, 1)), 0.5), /; 1 coordinate was outside\.$/);
    assert.match(clippingNote([{ ...input, batchAxis: 0, timeAxis: 1 }], sequences(x, Int32Array.of(3, 2)), 0.5), /; 4 coordinates were/); // prettier-ignore
    const many: Tensor = { dims: [1, 617, 2], values: new Float32Array(1234).fill(2) };
    assert.match(clippingNote([input], sequences(many), 0.5), /clipped to \[−0\.5, 0\.5\] .*; 1,234 coordinates were outside\.$/); // prettier-ignore
  });

  it('says when there is nothing to clip', () => {
    const ids: Tensor = { dims: [1, 2], values: Int32Array.of(3, 4) };
    assert.match(clippingNote([input], sequences(ids), 0.5), /none that could be clipped/);
  });
});
