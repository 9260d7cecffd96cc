import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readTfjs } from '../../../../src/formats/tfjs/readTfjs';
import type { LayerRun } from '../../../../src/runtime/modelRunner';
import { tensorflow } from '../../../../src/runtime/tfjs/loadTfjsModel';
import { createTfjsRunner } from '../../../../src/runtime/tfjs/tfjsRunner';

/** Optional reference material: checkpoints of other people with the outputs that TensorFlow.js gave for them. */
const folder = join(process.cwd(), '../shared/checkpoints/tfjs');

interface Stored {
  readonly layer?: string;
  readonly dims: number[];
  readonly file: string;
}

function floats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function assertClose(actual: Float32Array | undefined, expected: Float32Array, tolerance: number): void {
  assert.equal(actual?.length, expected.length);
  actual.forEach((value, k) =>
    assert.ok(Math.abs(value - expected[k]!) <= tolerance, `${value} ≠ ${expected[k]} at ${k}`),
  );
}

function goldenFolders(): { model: string; golden: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((entry) => entry.startsWith('golden_'))
      .map((entry) => ({
        model: join(folder, name, `${entry.slice('golden_'.length)}.json`),
        golden: join(folder, name, entry),
      })),
  );
}

// The stored outputs are those of the cpu backend; the wasm backend's sigmoid and tanh are up to 2e-6 away from it.
const tolerance = 1e-5;

describe('tfjsRunner on checkpoints of other people', () => {
  before(async () => void (await tensorflow()));

  for (const { model, golden } of goldenFolders()) {
    const stored: { inputs: Stored[]; outputs: Stored[] } = JSON.parse(
      readFileSync(join(golden, 'golden.json'), 'utf8'),
    );
    it(`reproduces the stored outputs of ${basename(dirname(model))}/${basename(model)}`, async () => {
      const before = tf.memory().numTensors;
      const loaded = await readTfjs(await readFile(model), basename(model), (path) =>
        readFile(join(dirname(model), path)),
      );
      const runner = await createTfjsRunner(loaded);
      const { checkpoint } = loaded;
      const [input] = stored.inputs;
      assert.ok(input);
      const inputs = new Map([
        [checkpoint.inputs[0]!.name, { dims: input.dims, values: floats(join(golden, input.file)) }],
      ]);
      const run = await runner.run(inputs);
      for (const output of stored.outputs) {
        const expected = floats(join(golden, output.file));
        if (output.layer === undefined) {
          assertClose(
            Float32Array.from(run.outputs.get(checkpoint.outputs[0]!.name)?.values ?? [], Number),
            expected,
            tolerance,
          );
          continue;
        }
        const index = checkpoint.layers.findIndex(({ name }) => name === output.layer);
        const watched = run.layers[index];
        assert.ok(watched);
        assertClose(batchMajor(watched), expected, tolerance);
      }
      await runner.dispose();
      assert.equal(tf.memory().numTensors, before);
    }).timeout(20000);
  }
});

/** [steps, batch, width] → [batch, steps, width] */
function batchMajor({ output, batch, steps, outputSteps }: LayerRun): Float32Array {
  const count = outputSteps === 'every' ? steps : 1;
  const width = output.length / (batch * count);
  const at = (b: number, step: number, k: number) => output[(step * batch + b) * width + k]!;
  return output.map((_, index) =>
    at(Math.floor(index / (count * width)), Math.floor(index / width) % count, index % width),
  );
}
