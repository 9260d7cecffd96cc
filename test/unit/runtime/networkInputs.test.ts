import assert from 'node:assert/strict';
import path from 'node:path';
import { checkpointNetwork, networkWeights } from '../../../src/core/checkpointNetwork';
import { seededRandom } from '../../../src/core/linalg/seededRandom';
import type { Sequences, Tensor } from '../../../src/core/sequences';
import { loadCheckpoint } from '../../../src/formats/loadCheckpoint';
import type { LoadedCheckpoint } from '../../../src/formats/loadedCheckpoint';
import { readSequences } from '../../../src/formats/sequences/readSequences';
import { readSidecar, sidecarPath } from '../../../src/formats/sidecar';
import { networkGraph } from '../../../src/runtime/graph/networkGraph';
import { inputBatch } from '../../../src/runtime/inputBatch';
import { captureInputs } from '../../../src/runtime/networkInputs';
import { observe } from '../../../src/runtime/observe';
import { outputsOf } from './graph/graphRun';

const at = (file: string): string => path.resolve(import.meta.dirname, '../../..', file);
const quiet = { clip: null, progress: () => undefined };

/** Sequences of different lengths, of normal numbers or indices into a small vocabulary. */
function randomSequences({ checkpoint: { inputs } }: LoadedCheckpoint, given: readonly number[] | null): Sequences {
  const { normal, uniform } = seededRandom(4);
  const count = given?.length ?? 5;
  const arrays = inputs.flatMap(({ name, role, shape, batchAxis, timeAxis, elementType }): [string, Tensor][] => {
    if (role !== 'sequence') return [];
    const dims = [
      count,
      ...shape.flatMap((size, axis) => (axis === batchAxis ? [] : [size ?? (axis === timeAxis ? 7 : 1)])),
    ];
    const size = dims.reduce((product, each) => product * each, 1);
    const index = (): bigint => BigInt(Math.floor(uniform(0, 3)));
    return [[name, { dims, values: elementType === 'int64' ? BigInt64Array.from({ length: size }, index) : Float32Array.from({ length: size }, normal) }]]; // prettier-ignore
  });
  return {
    ...{ count, inputs: new Map(arrays), fixed: new Map(), labels: null, holdout: null },
    lengths: given && Int32Array.from(given),
  };
}

/** The scores of the network of a checkpoint on what was captured, [sequences][steps or 1][outputs]; with everything in one batch. */
async function scoresOf({ checkpoint }: LoadedCheckpoint, captured: Awaited<ReturnType<typeof captureInputs>>) {
  const found = checkpointNetwork(checkpoint);
  if (typeof found === 'string') throw new Error(found);
  const { steps, batch, values, mask } = inputBatch(captured, [...captured.sequences.keys()]);
  const { model } = networkGraph(found.network, networkWeights(checkpoint), {
    ...{ elements: 'float32', initialStates: 'zero', masked: mask !== null },
  });
  const X = [Float64Array.from(values), [steps, batch, captured.width]] as const;
  const feeds = new Map([['X', X], ...(mask ? [['mask', [Float64Array.from(mask), [steps, batch, 1]]] as const] : [])]);
  const data = (await outputsOf(model, 'float32', feeds))['scores']!.data as Float32Array;
  const { outputs, steps: which } = found.network.readout!;
  return (sequence: number, step: number, k: number): number =>
    data[((which === 'every' ? step * batch : 0) + sequence) * outputs + k]!;
}

async function assertReproduced(loaded: LoadedCheckpoint, sequences: Sequences, clip: number | null): Promise<void> {
  const captured = await captureInputs(loaded, sequences, { ...quiet, clip, members: null });
  const score = await scoresOf(loaded, captured);
  const seen = await observe(loaded, sequences, { ...quiet, clip, scoresOutput: null });
  const { steps, width, values } = seen.scores!;
  let compared = 0;
  for (const [b, { length }] of captured.sequences.entries()) {
    for (let step = 0; step < (steps === 1 ? 1 : length / captured.width); step++) {
      for (let k = 0; k < width; k++) {
        const wanted = values[(b * steps + step) * width + k]!;
        const error = Math.abs(score(b, step, k) - wanted) / (1 + Math.abs(wanted));
        assert.ok(error < 3e-5, `sequence ${b}, step ${step}, score ${k} is off by ${error}`);
        compared++;
      }
    }
  }
  assert.ok(compared >= sequences.count);
}

describe('what recurrent layers read from outside', () => {
  for (const example of [
    'drift-gru.onnx',
    'oscillators-vanilla.onnx',
    'temporal-order-lstm.onnx',
    'pulses-tfjs-lstm/model.json',
  ]) {
    it(`gives the scores of the model itself again: ${example}`, async () => {
      const file = at(`examples/${example}`);
      const loaded = await loadCheckpoint(file);
      const declared = await readSidecar(sidecarPath(file));
      const data = path.resolve(path.dirname(file), declared.data!);
      const sequences = await readSequences(data, loaded.checkpoint.inputs);
      await assertReproduced(loaded, sequences, declared.inputDomain?.clip ?? null);
    });
  }

  const fixtures: Readonly<Record<string, readonly number[] | null>> = {
    'onnx/lstm_last.onnx': [7, 3, 5],
    'onnx/gru_bidirectional.onnx': [2, 7, 5, 7],
    'weights/tied.onnx': [7, 4, 6],
    'onnx/rnn_lengths.onnx': [1, 4, 3],
    'onnx/rnn_frozen.onnx': null,
    'onnx/time_distributed.onnx': [7, 2],
    'onnx/both_ends.onnx': [7, 3, 4],
  };
  for (const [fixture, lengths] of Object.entries(fixtures)) {
    it(`gives the scores of the model itself again, also clipped: ${fixture}`, async () => {
      const loaded = await loadCheckpoint(at(`test/fixtures/${fixture}`));
      const sequences = randomSequences(loaded, lengths);
      await assertReproduced(loaded, sequences, null);
      await assertReproduced(loaded, sequences, 0.5);
    });
  }

  it('are the rows of the table behind an embedding, for the sequences that are wanted', async () => {
    const loaded = await loadCheckpoint(at('test/fixtures/weights/tied.onnx'));
    // The table is tied with the readout: V is the table itself, a row of 8 numbers for each of 6 words.
    const { values: table } = loaded.checkpoint.readout!.weights!;
    const tokens = BigInt64Array.of(0n, 5n, 2n, 3n, 1n, 1n, 4n, 4n, 0n);
    const sequences = {
      ...{ count: 3, inputs: new Map([['tokens', { dims: [3, 3], values: tokens }]]), fixed: new Map() },
      ...{ lengths: Int32Array.of(3, 1, 2), labels: null, holdout: null },
    };
    const captured = await captureInputs(loaded, sequences, { ...quiet, members: [2, 0] });
    assert.equal(captured.width, 8);
    const rows = (words: number[]) => words.flatMap((word) => [...table.subarray(8 * word, 8 * word + 8)]);
    assert.deepEqual(captured.sequences.map((values) => [...values]), [rows([4, 4]), rows([0, 5, 2])]); // prettier-ignore
    assert.deepEqual(captured.lengths, Int32Array.of(2, 3));
    const { steps, batch, values, mask } = inputBatch(captured, [0, 1]);
    assert.deepEqual([steps, batch, ...mask!], [3, 2, 1, 1, 1, 1, 0, 1]);
    const zero = new Array<number>(8).fill(0);
    assert.deepEqual([...values], [...rows([4, 0, 4, 5]), ...zero, ...rows([2])]);
  });

  it('cannot be told apart where the model folds sequences into each other', async () => {
    const loaded = await loadCheckpoint(at('test/fixtures/onnx/doubtful/front_scaler.onnx'));
    const captured = captureInputs(loaded, randomSequences(loaded, [7, 4, 6]), { ...quiet, members: null });
    await assert.rejects(captured, /^Problem: The layer vanilla reads 4 sequences where the model is given 6/);
  });
});
