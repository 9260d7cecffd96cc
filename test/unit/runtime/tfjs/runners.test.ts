import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { layerWeights } from '../../../../src/core/cells/layerWeights';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { Problem } from '../../../../src/core/problem';
import type { LoadedCheckpoint } from '../../../../src/formats/loadedCheckpoint';
import { readTfjs } from '../../../../src/formats/tfjs/readTfjs';
import type { ModelRun } from '../../../../src/runtime/modelRunner';
import { observe } from '../../../../src/runtime/observe';
import { createEvaluateRunner } from '../../../../src/runtime/tfjs/evaluateRunner';
import { tensorflow } from '../../../../src/runtime/tfjs/loadTfjsModel';
import { createTfjsRunner } from '../../../../src/runtime/tfjs/tfjsRunner';

const folder = join(process.cwd(), 'test/fixtures/tfjs');

interface Expected {
  readonly input: { readonly dims: number[]; readonly values: number[] };
  readonly output: { readonly dims: number[]; readonly values: number[] };
}

const load = async (name: string): Promise<LoadedCheckpoint> =>
  readTfjs(await readFile(join(folder, `${name}.json`)), `${name}.json`, (path) => readFile(join(folder, path)));

function expectedOf(name: string): Expected {
  return JSON.parse(readFileSync(join(folder, `${name}.expected.json`), 'utf8'));
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let k = 0; k < expected.length; k++)
    assert.ok(Math.abs(actual[k]! - expected[k]!) <= tolerance, `${actual[k]} ≠ ${expected[k]} at ${k}`);
}

const numbers = (run: ModelRun, output: string) => Array.from(run.outputs.get(output)?.values ?? [], Number);
const softmax = (row: readonly number[]) =>
  row.map((score) => Math.exp(score) / row.reduce((sum, other) => sum + Math.exp(other), 0));

for (const name of ['tagger', 'functional', 'summed']) {
  describe(`the runners on ${name}`, () => {
    const { input, output } = expectedOf(name);
    let loaded: LoadedCheckpoint;
    let theirs: ModelRun;
    let ours: ModelRun;
    let outputName = '';

    before(async () => {
      await tensorflow();
      loaded = await load(name);
      outputName = loaded.checkpoint.outputs[0]!.name;
      const inputs = new Map([
        [loaded.checkpoint.inputs[0]!.name, { dims: input.dims, values: Float32Array.from(input.values) }],
      ]);
      const before = tf.memory().numTensors;
      const runner = await createTfjsRunner(loaded);
      theirs = await runner.run(inputs);
      const again = await runner.run(inputs);
      assert.deepEqual(again, theirs);
      await runner.dispose();
      assert.equal(tf.memory().numTensors, before, 'TensorFlow.js tensors were left behind');
      ours = await createEvaluateRunner(loaded).run(inputs);
    });

    it('give the output that TensorFlow.js gave when the model was made', () => {
      assert.deepEqual(theirs.outputs.get(outputName)?.dims, output.dims);
      assertClose(numbers(theirs, outputName), output.values, 1e-6);
      assertClose(numbers(ours, outputName), output.values, 1e-6);
    });

    it('agree on what every layer reads and on its hidden states', () => {
      theirs.layers.forEach((layer, k) => {
        const own = ours.layers[k];
        assert.ok(layer && own);
        assertClose(layer.input, own.input, 1e-6);
        const { direction } = loaded.checkpoint.layers[k]!;
        const size = layer.batch * loaded.checkpoint.layers[k]!.hiddenSize;
        const last =
          direction === 'reverse' ? own.output.subarray(0, size) : own.output.subarray(own.output.length - size);
        assertClose(layer.output, layer.outputSteps === 'every' ? own.output : last, 1e-6);
      });
    });

    it('our equations give the hidden states from what each layer reads', () => {
      theirs.layers.forEach((run, k) => {
        const layer = loaded.checkpoint.layers[k]!;
        assert.ok(run && layer.cell);
        const sizes = { input: layer.inputSize, hidden: layer.hiddenSize };
        const { hidden } = evaluate(layer.cell, layerWeights(layer), sizes, {
          input: run.input,
          steps: run.steps,
          batch: run.batch,
          direction: layer.direction,
        });
        const size = run.batch * layer.hiddenSize;
        const last = layer.direction === 'reverse' ? hidden.subarray(0, size) : hidden.subarray(hidden.length - size);
        assertClose(run.output, run.outputSteps === 'every' ? hidden : last, 1e-6);
      });
    });

    it('give scores that become the output by the final activation', () => {
      assert.ok(theirs.scores && ours.scores);
      assertClose(theirs.scores.values, ours.scores.values, 1e-6);
      const { width, values } = theirs.scores;
      const rows = Array.from({ length: values.length / width }, (_, row) => [
        ...values.subarray(row * width, (row + 1) * width),
      ]);
      const final = loaded.checkpoint.readout?.finalActivation;
      assertClose(final === 'softmax' ? rows.flatMap(softmax) : [...values], output.values, 1e-6);
    });

    it('the readout gives the scores from the hidden states when it is linear', () => {
      const { readout } = loaded.checkpoint;
      if (!readout?.linear) return assert.match(readout?.reason ?? '', /merges its two directions by "sum"/);
      const { weights, bias, layers, steps } = readout;
      assert.ok(weights && theirs.scores);
      const runs = layers.map((k) => theirs.layers[k]!);
      const width = weights.columns / runs.length;
      const { batch } = runs[0]!;
      theirs.scores.values.forEach((score, k) => {
        const row = k % weights.rows;
        const step = steps === 'every' ? Math.floor(k / weights.rows) % theirs.scores!.steps : 0;
        const entry = Math.floor(k / (weights.rows * theirs.scores!.steps));
        let sum = bias?.values[row] ?? 0;
        runs.forEach((run, half) => {
          for (let j = 0; j < width; j++)
            sum +=
              weights.values[row * weights.columns + half * width + j]! *
              run.output[(step * batch + entry) * width + j]!;
        });
        assert.ok(Math.abs(sum - score) < 1e-5);
      });
    });
  });
}

describe('a model that TensorFlow.js refuses', () => {
  async function resetAfter(): Promise<LoadedCheckpoint> {
    const text = await readFile(join(folder, 'tagger.json'), 'utf8');
    const model = JSON.parse(text);
    const bidirectional = model.modelTopology.config.layers[1].config.layer.config;
    bidirectional.reset_after = true;
    const [manifest] = model.weightsManifest;
    // A GRU with reset_after has two rows of biases; twice as many bytes follow for each of the two.
    for (const weight of manifest.weights) if (/gru_1\/bias$/.test(weight.name)) weight.shape = [2, 9];
    const needed = manifest.weights.reduce(
      (sum: number, weight: { shape: number[] }) => sum + weight.shape.reduce((a, b) => a * b, 1),
      0,
    );
    const data = Float32Array.from({ length: needed }, (_, k) => Math.sin(k));
    return readTfjs(Buffer.from(JSON.stringify(model)), 'reset.json', () =>
      Promise.resolve(new Uint8Array(data.buffer)),
    );
  }

  it('is refused with the reason, and followed by evaluate instead', async () => {
    const loaded = await resetAfter();
    await assert.rejects(
      createTfjsRunner(loaded),
      (error) =>
        error instanceof Problem && /^TensorFlow.js cannot load reset.json: .*reset.?After/i.test(error.message),
    );
    const { input, output } = expectedOf('tagger');
    const runner = createEvaluateRunner(loaded);
    assert.equal(runner.peer, 'evaluate');
    const run = await runner.run(
      new Map([['embedding_1_input', { dims: input.dims, values: Float32Array.from(input.values) }]]),
    );
    assert.deepEqual(run.outputs.get('time_distributed_1')?.dims, output.dims);
    assert.ok(run.layers.every((layer) => layer !== null));
    assert.deepEqual(
      loaded.checkpoint.layers.map(({ cellName }) => cellName),
      ['gru-reset-after', 'gru-reset-after'],
    );
  });

  it('names an id outside the embedding', async () => {
    const runner = createEvaluateRunner(await load('tagger'));
    const run = async () => runner.run(new Map([['embedding_1_input', { dims: [1, 1], values: Float32Array.of(9) }]]));
    await assert.rejects(
      run,
      (error) => error instanceof Problem && /id 9, but embedding_1 knows the ids 0 to 6/.test(error.message),
    );
  });
});

describe('an output that the user declares to hold the scores', () => {
  it('is taken as it is, by both runners', async () => {
    const loaded = await load('functional');
    const { input } = expectedOf('functional');
    const inputs = new Map([['x', { dims: input.dims, values: Float32Array.from(input.values) }]]);
    const theirs = await createTfjsRunner(loaded, 'lstm');
    const run = await theirs.run(inputs);
    const own = await createEvaluateRunner(loaded, 'lstm').run(inputs);
    await theirs.dispose();
    assert.deepEqual([run.scores?.steps, run.scores?.width], [1, 4]);
    assertClose(run.scores?.values ?? [], run.layers[1]?.output ?? [], 0);
    assertClose(own.scores?.values ?? [], run.layers[1]?.output ?? [], 1e-6);
  });

  it('is taken when a model is observed', async () => {
    const model = JSON.parse(await readFile(join(folder, 'functional.json'), 'utf8'));
    model.modelTopology.config.output_layers.push(['lstm', 0, 0]);
    const read = (path: string) => readFile(join(folder, path));
    const loaded = await readTfjs(Buffer.from(JSON.stringify(model)), 'two.json', read);
    const { input } = expectedOf('functional');
    const values = Float32Array.from(input.values);
    const count = input.dims[0]!;
    const sequences = {
      count,
      lengths: null,
      inputs: new Map([['x', { dims: input.dims, values }]]),
      fixed: new Map(),
      labels: null,
      holdout: null,
    };
    const { scores } = await observe(loaded, sequences, { scoresOutput: 'lstm', clip: null, progress: () => {} });
    const run = await createEvaluateRunner(loaded).run(sequences.inputs);
    assert.ok(scores && run.layers[1]);
    assert.equal(scores.width, 4);
    assertClose(scores.values, run.layers[1].output.slice(-count * 4), 1e-5);
  });
});
