import assert from 'node:assert/strict';
import path from 'node:path';
import { checkpointNetwork, networkWeights, withNetworkWeights } from '../../../src/core/checkpointNetwork';
import { randomNumbers } from '../core/interpret/randomNumbers';
import type { Checkpoint } from '../../../src/core/checkpoint';
import { readoutMatrices } from '../../../src/core/checkpointReadout';
import { loadCheckpoint } from '../../../src/formats/loadCheckpoint';
import { networkGraph } from '../../../src/runtime/graph/networkGraph';
import { observe } from '../../../src/runtime/observe';
import { outputsOf } from './graph/graphRun';

const load = (file: string) => loadCheckpoint(path.resolve(import.meta.dirname, '../../..', file));

/** One layer, two directions at every step, a readout of three dense layers with normalizations, one of means, two biases a gate, layers that Recurscope wrote, and TensorFlow.js. */
const files = [
  'test/fixtures/onnx/lstm_last.onnx',
  'test/fixtures/onnx/gru_bidirectional.onnx',
  'test/fixtures/onnx/readout_dense.onnx',
  'test/fixtures/onnx/readout_mean.onnx',
  'examples/temporal-order-lstm.onnx',
  'examples/oscillators-vanilla.onnx',
  'examples/drift-gru.onnx',
  'examples/pulses-tfjs-lstm/model.json',
];

const [steps, batch] = [20, 3];

function networkOf(checkpoint: Checkpoint) {
  const found = checkpointNetwork(checkpoint);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** [steps, batch, width], time-major, with the same sequences as the model's own input, [batch, steps, width]. */
function randomInput(width: number): { readonly timeMajor: Float64Array; readonly batchMajor: Float32Array } {
  const random = randomNumbers(7);
  const timeMajor = Float64Array.from({ length: steps * batch * width }, () => Math.fround(random()));
  const batchMajor = new Float32Array(timeMajor.length);
  for (let t = 0; t < steps; t++)
    for (let b = 0; b < batch; b++)
      for (let k = 0; k < width; k++) batchMajor[(b * steps + t) * width + k] = timeMajor[(t * batch + b) * width + k]!;
  return { timeMajor, batchMajor };
}

/** The scores of the graph of the network, in the order of the sequences: [batch, steps, outputs]. */
async function scoresOf(checkpoint: Checkpoint, input: Float64Array): Promise<readonly number[]> {
  const { network } = networkOf(checkpoint);
  const { model } = networkGraph(network, networkWeights(checkpoint), { elements: 'float32', initialStates: 'zero' });
  const { scores } = await outputsOf(model, 'float32', new Map([['X', [input, [steps, batch, network.inputSize]]]]));
  const values = [...(scores!.data as Float32Array)];
  const { steps: which, outputs } = network.readout!;
  if (which !== 'every') return values;
  return values.map((_, place) => {
    const [row, k] = [Math.floor(place / outputs), place % outputs];
    const [b, t] = [Math.floor(row / steps), row % steps];
    return values[(t * batch + b) * outputs + k]!;
  });
}

describe('a checkpoint as a network', () => {
  for (const file of files) {
    it(`reproduces the model's own scores: ${file}`, async () => {
      const loaded = await load(file);
      const { network, input } = networkOf(loaded.checkpoint);
      assert.equal(input.kind, 'model');
      const [sequence] = loaded.checkpoint.inputs;
      const { timeMajor, batchMajor } = randomInput(network.inputSize);
      const seen = await observe(
        loaded,
        {
          count: batch,
          inputs: new Map([[sequence!.name, { dims: [batch, steps, network.inputSize], values: batchMajor }]]),
          ...{ fixed: new Map(), lengths: null, labels: null, holdout: null },
        },
        { scoresOutput: null, clip: null, progress: () => undefined },
      );
      const ours = await scoresOf(loaded.checkpoint, timeMajor);
      assert.equal(ours.length, seen.scores!.values.length);
      for (const [k, score] of ours.entries()) {
        const wanted = seen.scores!.values[k]!;
        assert.ok(Math.abs(score - wanted) <= 1e-5 * (1 + Math.abs(wanted)), `${k}: ${score} instead of ${wanted}`);
      }
    });

    it(`takes other numbers, and gives them back: ${file}`, async () => {
      const { checkpoint } = await load(file);
      const random = randomNumbers(11);
      const before = networkWeights(checkpoint);
      const wanted = new Map([...before].map(([name, values]) => [name, values.map(() => random())]));
      const changed = withNetworkWeights(checkpoint, wanted);
      for (const [name, values] of networkWeights(changed)) {
        for (const [k, value] of values.entries()) {
          assert.ok(Math.abs(value - wanted.get(name)![k]!) < 1e-15 * 8, `${name}[${k}]`);
        }
      }
      assert.deepEqual(numbersOf(withNetworkWeights(checkpoint, before)), numbersOf(checkpoint));
    });
  }

  it('gives a change to the first of two biases that are summed', async () => {
    const { checkpoint } = await load('examples/temporal-order-lstm.onnx');
    const [layer] = checkpoint.layers;
    const twice = layer!.biases.filter(({ name }) => name === 'b_f');
    assert.equal(twice.length, 2);
    const sum = networkWeights(checkpoint).get(`${layer!.name}.b_f`)!;
    assert.equal(sum[0], twice[0]!.values[0]! + twice[1]!.values[0]!);
    const changed = withNetworkWeights(checkpoint, new Map([[`${layer!.name}.b_f`, sum.map((value) => value + 1)]]));
    const after = changed.layers[0]!.biases.filter(({ name }) => name === 'b_f');
    assert.ok(Math.abs(after[0]!.values[0]! - twice[0]!.values[0]! - 1) < 1e-15 * 4);
    assert.deepEqual(after[1], twice[1]);
  });

  it('refuses numbers that the network has no place for', async () => {
    const { checkpoint } = await load('test/fixtures/onnx/lstm_last.onnx');
    assert.throws(() => withNetworkWeights(checkpoint, new Map([['V', Float64Array.of(1)]])), /no V of 1 numbers/);
    assert.throws(() => withNetworkWeights(checkpoint, new Map([['W_x', Float64Array.of(1)]])), /no W_x/);
  });

  it('says why a checkpoint is no network', async () => {
    const { checkpoint } = await load('test/fixtures/onnx/rnn_reducemax.onnx');
    assert.match(checkpointNetwork(checkpoint) as string, /step/);
    const { checkpoint: whole } = await load('examples/drift-gru.onnx');
    assert.equal(checkpointNetwork({ ...whole, layers: [] }), 'No recurrent layer was found.');
    assert.match(checkpointNetwork({ ...whole, readout: null }) as string, /No scores were found/);
    const later = { kind: 'layers', layers: [0] } as const;
    const ofItself = whole.layers.map((layer) => ({ ...layer, input: later }));
    assert.match(checkpointNetwork({ ...whole, layers: ofItself }) as string, /reads a layer that comes after it/);
  });
});

const numbersOf = ({ layers, readout }: Checkpoint): readonly number[] =>
  [
    ...layers.flatMap(({ matrices, biases }) => [...matrices, ...biases]),
    ...readoutMatrices(readout!).map(({ matrix }) => matrix),
  ].flatMap(({ values }) => [...values]);
