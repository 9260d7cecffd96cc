import assert from 'node:assert/strict';
import type { Checkpoint, Readout, RecurrentLayer } from '../../../src/core/checkpoint';
import { readoutScores } from '../../../src/runtime/readoutScores';

/** A readout of one forward layer; of everything else only what the function looks at. */
function checkpointWith(
  size: number,
  values: Float32Array,
  bias: number[] | null,
  steps: Readout['steps'],
): Checkpoint {
  const readout = {
    layers: [0],
    steps,
    linear: true,
    weights: { rows: values.length / size, columns: size, values, tensor: 'V' },
    bias: bias && { rows: bias.length, columns: 1, values: Float32Array.from(bias), tensor: 'c' },
  };
  const layers = [{ direction: 'forward' } as RecurrentLayer];
  return { layers, readout: readout as unknown as Readout } as unknown as Checkpoint;
}

const run = (steps: number, batch: number, hidden: Float32Array) => [{ hidden, run: { steps, batch } }];

describe('readoutScores', () => {
  // Two steps of two sequences with two units: h of sequence b at step t is [10 t + b, 1].
  const hidden = Float32Array.of(0, 1, 1, 1, 10, 1, 11, 1);
  const weights = Float32Array.of(1, 0, 0, 2, 1, 1);

  it('reads the last step', () => {
    const scores = { steps: 1, width: 3, values: new Float32Array(6) };
    const answer = readoutScores(checkpointWith(2, weights, [0, 0, 5], 'last'), run(2, 2, hidden), scores);
    assert.deepEqual([...answer!], [10, 2, 16, 11, 2, 17]);
  });

  it('reads every step, sequence by sequence', () => {
    const scores = { steps: 2, width: 3, values: new Float32Array(12) };
    const answer = readoutScores(checkpointWith(2, weights, null, 'every'), run(2, 2, hidden), scores);
    assert.deepEqual([...answer!], [0, 2, 1, 10, 2, 11, 1, 2, 2, 11, 2, 12]);
  });

  it('reads a reverse layer beside a forward one where each of them ends', () => {
    const checkpoint = checkpointWith(3, Float32Array.of(1, 2, 4), [0.5], 'last');
    const layers = [{ direction: 'forward' }, { direction: 'reverse' }] as RecurrentLayer[];
    const two = { ...checkpoint, layers, readout: { ...checkpoint.readout!, layers: [0, 1] } };
    const backward = { hidden: Float32Array.of(7, 8, 9, 6), run: { steps: 2, batch: 2 } };
    const scores = { steps: 1, width: 1, values: new Float32Array(2) };
    const answer = readoutScores(two, [...run(2, 2, hidden), backward], scores);
    // [10, 1] and 7 of the first sequence, [11, 1] and 8 of the second.
    assert.deepEqual([...answer!], [10 + 2 + 28 + 0.5, 11 + 2 + 32 + 0.5]);
    assert.equal(readoutScores(two, run(2, 2, hidden), scores), null);
  });

  it('says nothing where the scores are of another shape', () => {
    const scores = { steps: 2, width: 3, values: new Float32Array(12) };
    assert.equal(readoutScores(checkpointWith(2, weights, null, 'last'), run(2, 2, hidden), scores), null);
  });

  it('answers for the first positions only where all would take too long', () => {
    const wide = new Float32Array(2 ** 23).fill(1);
    const states = new Float32Array(5 * 2 ** 9).fill(1);
    const scores = { steps: 5, width: 2 ** 14, values: new Float32Array(0) };
    const answer = readoutScores(checkpointWith(2 ** 9, wide, null, 'every'), run(5, 1, states), scores)!;
    assert.equal(answer.length, 2 * 2 ** 14);
    assert.ok(answer.every((value) => value === 2 ** 9));
  });
});
