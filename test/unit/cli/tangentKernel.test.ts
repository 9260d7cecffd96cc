import assert from 'node:assert/strict';
import path from 'node:path';
import type { KernelLimits } from '../../../src/runtime/nearby/tangentKernel';
import { split } from '../../../src/core/analysis/split';
import type { TangentKernelRun } from '../../../src/core/bounds/nearby/tangentKernel';
import { chosenSequences } from '../../../src/core/chosenSequences';
import { loadCheckpoint } from '../../../src/formats/loadCheckpoint';
import { readSequences } from '../../../src/formats/sequences/readSequences';
import { observe } from '../../../src/runtime/observe';
import { tangentKernel } from '../../../src/runtime/nearby/tangentKernel';
import type { Sequences } from '../../../src/core/sequences';
import type { AnalysisReport } from '../../../src/core/report';
import { assertValidReport } from '../validReport';
import { recurscope } from './recurscope';

const at = (file: string): string => path.resolve('examples', file);
const none: KernelLimits = { sequences: Infinity, classes: Infinity, gradientNumbers: Infinity, steps: Infinity };

describe('the tangent kernel of a checkpoint', function () {
  this.timeout(60_000);

  it('is that of training sequences taken evenly, and of the most frequent classes, where all are too many', async () => {
    const loaded = await loadCheckpoint(at('temporal-order-lstm.onnx'));
    const all = await readSequences(at('temporal-order-lstm.npz'), loaded.checkpoint.inputs);
    const kernelOf = async (sequences: Sequences, limits: KernelLimits, seed = 3): Promise<TangentKernelRun> => {
      const progress = (): void => undefined;
      const observations = await observe(loaded, sequences, { scoresOutput: null, clip: null, progress });
      const found = await tangentKernel({ loaded, sequences, observations, declarations: {}, progress }, seed, limits);
      if (found === null || typeof found === 'string') throw new Error(`${found}`);
      return found;
    };
    const { training, heldOut } = split(all.count, all.holdout, {});
    const few = chosenSequences(all, [...training.slice(0, 90), ...heldOut.slice(0, 9)]);
    const limited = await kernelOf(few, { ...none, sequences: 30, classes: 2 });
    assert.deepEqual([limited.used, limited.sequences, limited.classes, limited.weights], [30, 90, 4, 964]);
    const every = await kernelOf(chosenSequences(few, [...Array(30).keys()].map((k) => 3 * k)), none); // prettier-ignore
    assert.deepEqual([every.used, every.sequences, every.scores.length], [30, 30, 4]);
    const { values } = few.labels as Extract<Sequences['labels'], { kind: 'classes' }>;
    const counts = [0, 1, 2, 3].map((label) => values.subarray(0, 90).filter((own) => own === label).length);
    const frequent = [0, 1, 2, 3].sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, 2);
    assert.deepEqual(limited.scores, every.scores.filter(({ label }) => frequent.includes(label))); // prettier-ignore

    assert.deepEqual(await kernelOf(few, { ...none, sequences: 30, classes: 2 }), limited);
    const other = await kernelOf(few, { ...none, sequences: 30, classes: 2 }, 4);
    for (const [k, { meanDiagonal }] of other.scores.entries()) {
      assert.notEqual(meanDiagonal, limited.scores[k]!.meanDiagonal);
    }

    // A gradient has 964 numbers: the two biases of a gate are one.
    assert.equal((await kernelOf(few, { ...none, gradientNumbers: 20_000 })).used, 20);
    const { lengths } = await observe(loaded, few, { scoresOutput: null, clip: null, progress: () => undefined });
    const steps = lengths.subarray(0, 90).reduce((total, length) => total + length, 0);
    assert.equal((await kernelOf(few, { ...none, steps: (4 * steps) / 9 })).used, 10);
  });

  it('is computed on request', async () => {
    const row = async (...args: string[]): Promise<AnalysisReport['bounds'][number]> => {
      const { code, stdout, stderr } = await recurscope(['analyze', at('drift-gru.onnx'), '--json', ...args]);
      assert.equal(code, 0, stderr);
      const report = JSON.parse(stdout) as AnalysisReport;
      assertValidReport(report);
      return report.bounds.find(({ id }) => id === 'NTK')!;
    };
    const waiting = await row();
    assert.equal(waiting.value, null);
    assert.match(waiting.reason!, /^Waits for gradients .* on request, by recurscope analyze --ntk\.$/);
    const found = await row('--ntk', '--seed', '4');
    assert.equal(found.status, 'indicator');
    assert.ok(found.log10! > 0 && found.value === 1 && found.reason === null);
    assert.equal(found.terms.find(({ name }) => name === 'seed of the random weights')!.value, 4);
    const states = found.assumptions.filter(({ state }) => state === 'violated').map(({ text }) => text);
    assert.equal(states.length, 1);
    assert.match(states[0]!, /there are 257 for 2000, so the ridge decides/);
  });
});
