import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkpointNetwork, networkWeights, withNetworkWeights } from '../../../../src/core/checkpointNetwork';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';
import { Problem } from '../../../../src/core/problem';
import type { Sequences } from '../../../../src/core/sequences';
import { symbolsRead } from '../../../../src/core/training/trainedEmbedding';
import { dataRead } from '../../../../src/core/training/trainingData';
import { defaultTraining, type TrainingOptions } from '../../../../src/core/training/trainingOptions';
import { loadCheckpoint } from '../../../../src/formats/loadCheckpoint';
import { openWeightWriter } from '../../../../src/formats/writeWeights';
import { batchFeeds } from '../../../../src/runtime/training/batch';
import { openTraining, type OpenTraining } from '../../../../src/runtime/training/openTraining';
import { train } from '../../../../src/runtime/training/train';

const file = path.resolve(import.meta.dirname, '../../../fixtures/tfjs/tagger.json');

/** Tags of symbols: 1 for those from 3 on; the last of the 7 symbols is in no sequence. */
const sequences: Sequences = (() => {
  const { uniform } = seededRandom(5);
  const [count, steps] = [60, 5];
  const symbols = Float32Array.from({ length: count * steps }, () => Math.floor(uniform(0, 6)));
  return {
    ...{ count, fixed: new Map(), holdout: null },
    inputs: new Map([['embedding_1_input', { dims: [count, steps], values: symbols }]]),
    lengths: Int32Array.from({ length: count }, () => 2 + Math.floor(uniform(0, 4))),
    labels: { kind: 'classes', steps, values: Int32Array.from(symbols, (symbol) => (symbol >= 3 ? 1 : 0)) },
  };
})();

const opened = async (
  changes: Partial<TrainingOptions> = {},
  declarations = {},
): Promise<OpenTraining & { readonly loaded: Awaited<ReturnType<typeof loadCheckpoint>> }> => {
  const loaded = await loadCheckpoint(file);
  const options = {
    ...{ ...defaultTraining, epochs: 8, batchSize: 10 },
    ...{ learningRate: { ...defaultTraining.learningRate, peak: 0.03 }, ...changes },
  };
  const open = await openTraining({
    ...{ loaded, sequences, declarations, options, reference: null, threads: 1, device: 'auto' },
    ...{ deviceFailed: () => undefined, progress: () => undefined },
  });
  return { ...open, loaded };
};

describe('the training of an embedding', function () {
  it('has the gradient that differences of the loss have', async () => {
    const open = await opened();
    const { data, step, start } = open.training;
    const [members, range] = [[0, 1, 2, 3, 4, 5, 6], { from: 0, to: 5 }];
    const run = (weights: readonly Float32Array[]) =>
      step.run(weights, batchFeeds(dataRead(data, weights), members, range));
    const { gradients } = await run(start);
    assert.equal(step.weights.at(-1)!.name, 'E');
    const gradient = gradients.at(-1)!;
    assert.equal(gradient.length, 7 * 4);
    for (let k = 0; k < gradient.length; k++) {
      const at = async (by: number): Promise<number> => {
        const table = start.at(-1)!.slice();
        table[k] = table[k]! + by;
        return (await run([...start.slice(0, -1), table])).loss;
      };
      const difference = ((await at(0.01)) - (await at(-0.01))) / 0.02;
      assert.ok(Math.abs(gradient[k]! - difference) < 1e-4, `${k}: ${gradient[k]} ${difference}`);
    }
    assert.ok(gradient.subarray(24).every((value) => value === 0) && gradient.subarray(0, 24).some((value) => value !== 0)); // prettier-ignore
    await open.dispose();
  });

  it('learns with it, goes on from anywhere, and is written back', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'embedding-'));
    const open = await opened();
    const { training, loaded } = open;
    const state = open.begin();
    const states = [];
    for await (const _ of train(training, state)) states.push(structuredClone(state));
    const again = states[9]!;
    for await (const _ of train(training, again));
    assert.deepEqual(again, state);
    const { history, weights } = state;
    assert.ok(history.at(-1)!.validation!.loss < 0.5 * history[0]!.validation!.loss);
    const writer = await openWeightWriter(loaded, file);
    writer.requireWritable({ embedding: true });
    const files = await writer.write(withNetworkWeights(loaded.checkpoint, open.named(weights)));
    for (const { path: name, bytes } of files) writeFileSync(path.join(folder, name), bytes);
    const read = await loadCheckpoint(path.join(folder, files[0]!.path));
    for (const { input } of read.checkpoint.layers) {
      assert.ok(input.kind === 'frontEnd');
      assert.deepEqual(Float32Array.from(input.embedding!.values), weights.at(-1));
    }
    assert.notDeepEqual(weights.at(-1), training.start.at(-1));
    const expected = open.named(weights);
    for (const [name, values] of networkWeights(read.checkpoint)) assert.deepEqual(values, expected.get(name));
    await open.dispose();
    rmSync(folder, { recursive: true });
  });

  it('is left out where somebody wants that, or has declared the front end to be fixed', async () => {
    for (const open of [await opened({ trainEmbedding: false }), await opened({}, { frontEndFixed: true })]) {
      assert.ok(open.training.step.weights.every(({ name }) => name !== 'E'));
      await open.dispose();
    }
  });

  it('knows which rows are read', async () => {
    const { checkpoint } = await loadCheckpoint(file);
    const found = checkpointNetwork(checkpoint);
    assert.ok(typeof found !== 'string' && found.input.kind === 'frontEnd');
    const table = { rows: 4, columns: 2, values: Float32Array.of(1, 2, 3, 4, 1, 4, 1, 2) };
    const read = (...input: number[]) =>
      symbolsRead({ width: 2, inputs: [Float32Array.from(input)], lengths: Int32Array.of(input.length / 2) }, table);
    assert.deepEqual(read(1, 4, 3, 4, 1, 4), [Int32Array.of(2, 1, 2)]);
    assert.throws(() => read(3, 4, 1, 2), /rows 0 and 3 of the embedding are the same/);
    assert.throws(() => read(3, 4, 1, 3), Problem);
  });
});
