import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTfjs } from '../../../../src/formats/tfjs/readTfjs';
import type { ModelRunner } from '../../../../src/runtime/modelRunner';
import { createEvaluateRunner } from '../../../../src/runtime/tfjs/evaluateRunner';
import { createTfjsRunner } from '../../../../src/runtime/tfjs/tfjsRunner';

/** Optional reference material: what Keras 2 answered for the conformance cases of keras-js. */
const folder = join(process.cwd(), '../shared/conformance/keras-js');

interface Stored {
  readonly data: number[];
  readonly shape: number[];
}

interface Case {
  readonly input: Stored;
  readonly weights: Stored[];
  readonly expected: Stored;
}

interface Attributes {
  readonly attrs: Readonly<Record<string, unknown>>;
}

/**
 * The sequence as it is read. Keras was called twice in the cases with `stateful`, the second call going on from the state
 * of the first, and only the second answer is stored: that is one sequence that holds the input twice.
 */
function readSequence({ attrs }: Attributes, { input }: Case): Stored {
  if (attrs['stateful'] !== true) return input;
  const [steps = 0, ...rest] = input.shape;
  return { data: [...input.data, ...input.data], shape: [2 * steps, ...rest] };
}

/** A layers-model of one layer with the weights of a case. */
function modelOf(
  className: string,
  { attrs }: Attributes,
  { weights }: Case,
  { shape: inputShape }: Stored,
): Uint8Array {
  const kinds = ['kernel', 'recurrent_kernel', 'bias'];
  const specs = weights.map(({ shape }, k) => ({ name: `layer/${kinds[k]}`, shape, dtype: 'float32' }));
  const config = { name: 'layer', batch_input_shape: [1, ...inputShape], ...attrs, stateful: false };
  const json = {
    modelTopology: { class_name: 'Sequential', config: [{ class_name: className, config }] },
    weightsManifest: [{ paths: ['weights.bin'], weights: specs }],
  };
  return new TextEncoder().encode(JSON.stringify(json));
}

for (const className of existsSync(folder) ? ['LSTM', 'SimpleRNN'] : []) {
  describe(`${className} as Keras computes it, in the cases of keras-js`, () => {
    const cases: Readonly<Record<string, Case>> = JSON.parse(readFileSync(join(folder, `${className}.json`), 'utf8'));
    const attributes: readonly Attributes[] = JSON.parse(
      readFileSync(join(folder, `${className}.params.json`), 'utf8'),
    );

    for (const [key, stored] of Object.entries(cases)) {
      const attribute = attributes[Number(key.split('.').at(-1))];
      it(`${key} ${JSON.stringify(attribute?.attrs)}`, async () => {
        assert.ok(attribute);
        const sequence = readSequence(attribute, stored);
        const data = Float32Array.from(stored.weights.flatMap((weight) => weight.data));
        const loaded = await readTfjs(modelOf(className, attribute, stored, sequence), 'case.json', () =>
          Promise.resolve(new Uint8Array(data.buffer)),
        );
        const input = { dims: [1, ...sequence.shape], values: Float32Array.from(sequence.data) };
        const runners: ModelRunner[] = [createEvaluateRunner(loaded), await createTfjsRunner(loaded)];
        for (const runner of runners) {
          const run = await runner.run(new Map([['layer_input', input]]));
          const values = Array.from(run.outputs.get('layer')?.values ?? [], Number).slice(-stored.expected.data.length);
          assert.equal(values.length, stored.expected.data.length);
          values.forEach((value, k) =>
            assert.ok(
              Math.abs(value - stored.expected.data[k]!) < 2e-5,
              `${runner.peer}: ${value} ≠ ${stored.expected.data[k]}`,
            ),
          );
          await runner.dispose();
        }
      });
    }
  });
}
