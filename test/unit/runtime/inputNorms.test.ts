import assert from 'node:assert/strict';
import { createNormTable, inputNorms } from '../../../src/runtime/inputNorms';
import type { LayerRun } from '../../../src/runtime/modelRunner';
import type { Batch } from '../../../src/runtime/batches';

/** Two steps of three columns of two numbers each. */
const run = {
  input: Float32Array.of(3, 4, 0, 1, 1, 0, /* step 2 */ 0, 0, -5, 12, 0, -2),
  ...{ steps: 2, batch: 3 },
} as unknown as LayerRun;

const batch = (sequences: number[], copies: number): Batch => ({ sequences, copies, steps: 2 }) as unknown as Batch;

describe('inputNorms', () => {
  it('are those of each column, without its padding', () => {
    const { two, inf } = inputNorms(run, null);
    assert.deepEqual(
      [[...two], [...inf]],
      [
        [5, 13, 2],
        [4, 12, 2],
      ],
    );
    assert.deepEqual([...inputNorms(run, Int32Array.of(2, 1, 0)).two], [5, 1, 0]);
  });

  it('are kept for each sequence, the largest of all layers and batches', () => {
    const table = createNormTable(5);
    table.add(inputNorms(run, null), batch([4, 1], 1));
    const { inputNorm, inputNorms: kept } = table.finish();
    assert.deepEqual(inputNorm, { two: 13, inf: 12 });
    assert.deepEqual([...kept!.two], [0, 13, 0, 0, 5]);
    table.add({ two: Float64Array.of(6, 6, 0), inf: Float64Array.of(1, 1, 0) }, batch([4, 1], 1));
    assert.deepEqual([...table.finish().inputNorms!.two], [0, 13, 0, 0, 6]);
  });

  it('are the largest of the batch where a column is no sequence, and unknown where nothing was run', () => {
    const table = createNormTable(2);
    assert.deepEqual(table.finish(), { inputNorm: null, inputNorms: null });
    table.add(inputNorms(run, null), batch([0, 1], 0));
    assert.deepEqual([...table.finish().inputNorms!.two], [13, 13]);
  });
});
