import assert from 'node:assert/strict';
import { createScoreTable } from '../../../src/runtime/scoreTable';

const batch = (sequences: number[], copies = 0) => ({ sequences, copies, steps: 1, inputs: new Map() });
const scores = (steps: number, width: number, ...values: number[]) => ({ steps, width, values: Float32Array.from(values) }); // prettier-ignore

describe('createScoreTable', () => {
  it('puts batches together in the order of the sequences, copies left out, absent steps zero', () => {
    const table = createScoreTable(3);
    assert.ok(table.add(scores(2, 1, 1, 2), batch([1])));
    assert.ok(table.add(scores(1, 1, 3, 4, 4), batch([2, 0], 1)));
    // In float32, as the model gives them: half of what float64 would take.
    assert.deepEqual(table.finish(), { steps: 2, width: 1, values: Float32Array.of(4, 0, 1, 2, 3, 0) });
  });

  it('has none when a batch cannot belong to its sequences', () => {
    const table = createScoreTable(2);
    assert.equal(table.add(scores(1, 2, 1, 2, 3), batch([0])), false);
    assert.equal(table.finish(), null);
  });

  it('says so when the scores are more than there is memory for', () => {
    assert.throws(() => createScoreTable(2 ** 20).add(scores(2 ** 15, 2 ** 13), batch([0])), {
      name: 'Problem',
      message: /1048576 sequences, 32768 × 8192 each, take 1048576 GB/,
    });
  });
});
