import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readTfjs } from '../../../../src/formats/tfjs/readTfjs';
import { tensorflow } from '../../../../src/runtime/tfjs/loadTfjsModel';
import { createTfjsRunner } from '../../../../src/runtime/tfjs/tfjsRunner';

const fixtures = join(process.cwd(), 'test/fixtures/tfjs');

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let largest = 0;
  for (let k = 0; k < a.length; k++) largest = Math.max(largest, Math.abs(a[k]! - b[k]!));
  return largest;
}

describe('the backends of TensorFlow.js', function () {
  this.timeout(20000);

  function start(...folder: string[]): unknown {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import=tsx', join(fixtures, 'startBackend.ts'), ...folder],
      { encoding: 'utf8' },
    );
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout);
  }

  it('are WebAssembly first, which leaves the handling of exceptions to the program', () => {
    assert.deepEqual(start(), { backend: 'wasm', product: [[11]], added: 0 });
  });

  it('are plain JavaScript where the files of WebAssembly cannot be read', () => {
    assert.deepEqual(start(fixtures), { backend: 'cpu', product: [[11]], added: 0 });
  });

  it('take turns: a model with an operation that WebAssembly lacks runs in plain JavaScript, the next one does not', async () => {
    const load = async () =>
      createTfjsRunner(
        await readTfjs(await readFile(join(fixtures, 'functional.json')), 'functional.json', (path) =>
          readFile(join(fixtures, path)),
        ),
      );
    const { input, output } = JSON.parse(await readFile(join(fixtures, 'functional.expected.json'), 'utf8'));
    const inputs = new Map([['x', { dims: input.dims, values: Float32Array.from(input.values) }]]);
    const runner = await load();
    const fast = await runner.run(inputs);
    assert.equal(tf.getBackend(), 'wasm');
    const tanh = tf.getKernel('Tanh', 'wasm');
    tf.unregisterKernel('Tanh', 'wasm');
    let plain;
    try {
      plain = await runner.run(inputs);
    } finally {
      tf.registerKernel(tanh);
    }
    assert.equal(tf.getBackend(), 'cpu');
    for (const { outputs } of [fast, plain])
      for (const { values } of outputs.values())
        assert.ok(largestDifference(Array.from(values, Number), output.values) < 1e-5);
    await runner.dispose();
    const next = await load();
    assert.equal(tf.getBackend(), 'wasm');
    assert.deepEqual(await next.run(inputs), fast, 'the same numbers again, bit for bit');
    await next.dispose();
  });

  it('agree on layers of every kind', async () => {
    const { layers, sequential, initializers } = (await tensorflow()).layers;
    const random = (seed: number) => initializers.randomNormal({ seed, stddev: 0.4 });
    const weights = (seed: number) => ({ kernelInitializer: random(seed), biasInitializer: random(-seed) });
    const recurrent = (units: number) => ({
      ...weights(units),
      recurrentInitializer: random(units + 100),
      units,
      returnSequences: true,
    });
    const model = sequential({
      layers: [
        layers.embedding({ inputDim: 50, outputDim: 7, inputLength: 24, embeddingsInitializer: random(1) }),
        layers.conv1d({ ...weights(2), filters: 9, kernelSize: 3, padding: 'same', activation: 'elu' }),
        layers.conv1d({ ...weights(3), filters: 8, kernelSize: 4, strides: 2, activation: 'relu' }),
        layers.batchNormalization(),
        layers.maxPooling1d({ poolSize: 2, strides: 1 }),
        layers.layerNormalization(),
        layers.bidirectional({ layer: layers.gru(recurrent(11)), mergeMode: 'concat' }),
        layers.leakyReLU(),
        layers.lstm({ ...recurrent(13), recurrentActivation: 'hardSigmoid' }),
        layers.simpleRNN({ ...recurrent(6), activation: 'softsign', goBackwards: true }),
        layers.timeDistributed({ layer: layers.dense({ ...weights(4), units: 5, activation: 'selu' }) }),
        layers.averagePooling1d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ ...weights(5), units: 7, activation: 'softplus' }),
        layers.dense({ ...weights(6), units: 4, activation: 'softmax' }),
      ],
    });
    const ids = tf.tensor2d(
      Array.from({ length: 6 * 24 }, (_, k) => (k * k * 7) % 50),
      [6, 24],
    );
    const answers = (): Float32Array[] =>
      tf.tidy(() => {
        let tensor: tf.Tensor | tf.Tensor[] = ids;
        return model.layers.map((layer) => {
          const answer = layer.apply(tensor);
          assert.ok(answer instanceof tf.Tensor);
          tensor = answer;
          return Float32Array.from(answer.dataSync());
        });
      });
    const fast = answers();
    assert.deepEqual(answers(), fast, 'the same numbers again, bit for bit');
    await tf.setBackend('cpu');
    const plain = answers();
    tf.dispose(ids);
    model.dispose();
    plain.forEach((values, k) => {
      const { name } = model.layers[k]!;
      assert.ok(new Set(values).size > 3, `${name} tells nothing apart`);
      const difference = largestDifference(values, fast[k]!);
      assert.ok(difference < 1e-5, `${name}: ${difference}`);
    });
  });
});
