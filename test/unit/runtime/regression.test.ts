import assert from 'node:assert/strict';
import { measureNetwork } from '../../../src/core/analysis/measureNetwork';
import { analyze } from '../../../src/core/analyze';
import type { CheckpointRequest } from '../../../src/core/cells/checkpointRequest';
import type { Declarations } from '../../../src/core/declarations';
import { seededRandom } from '../../../src/core/linalg/seededRandom';
import type { AnalysisReport } from '../../../src/core/report';
import type { Sequences } from '../../../src/core/sequences';
import { summary } from '../../../src/core/summary';
import { readOnnx } from '../../../src/formats/onnx/readOnnx';
import { newCheckpoint } from '../../../src/runtime/newCheckpoint';
import { observe } from '../../../src/runtime/observe';
import { assertValidReport } from '../validReport';

const count = 3000;
const steps = 4;
const noise = 0.02;

/** The report of an untrained network on labels that are its own scores and some noise, which every fourth label is twice of. */
async function reportOf(request: Partial<CheckpointRequest>, declarations: Declarations): Promise<AnalysisReport> {
  const { bytes } = newCheckpoint({
    ...{ cell: 'vanilla', inputSize: 2, hiddenSize: 3, layers: 1, bidirectional: false, residual: false },
    ...{ readout: 1, readoutSteps: 'last', options: {}, seed: 3 },
    ...request,
  });
  const { checkpoint: read, program } = readOnnx(bytes, 'new.onnx', () => assert.fail('nothing lies beside it'));
  const checkpoint = { ...read, sha256: '' };
  const random = seededRandom(5);
  const values = Float32Array.from({ length: count * steps * 2 }, () => random.uniform(-1, 1));
  const lengths = Int32Array.from({ length: count }, (_, i) => (i % 2 === 0 ? steps : 2));
  const unlabelled: Sequences = {
    ...{ count, fixed: new Map(), lengths, labels: null },
    inputs: new Map([['X', { dims: [count, steps, 2], values }]]),
    holdout: Uint8Array.from({ length: count }, (_, i) => (i < 2500 ? 0 : 1)),
  };
  const observations = await observe({ checkpoint, program: { ...program, path: 'new.onnx', bytes } }, unlabelled, {
    ...{ scoresOutput: null, clip: null, progress: () => undefined },
  });
  const scores = observations.scores!;
  const labels = Float64Array.from(scores.values, (score, k) => score + (k % 4 === 0 ? 2 * noise : -noise));
  const { width } = scores;
  const sequences = { ...unlabelled, labels: { kind: 'values', steps: scores.steps, width, values: labels } as const };
  const measured = await measureNetwork(checkpoint);
  return analyze({ checkpoint, measured, run: { sequences, observations }, declarations, version: '0' });
}

const near = (actual: number | null | undefined, expected: number): void =>
  assert.ok(Math.abs(actual! - expected) < 1e-6, `${actual} is not ${expected}`);

describe('A regression, from the file to the report', () => {
  const declarations: Declarations = {
    ...{ architectureFixed: true, inputDomain: { norm2: 1.5, normInf: 1, maxLength: steps } },
  };

  it('says how far a network of one score is from its labels, and bounds it', async () => {
    const report = await reportOf({}, { ...declarations, loss: { scale: 0.5 } });
    assertValidReport(report);
    const { regression, task, trainingError, classes } = report.data!;
    assert.deepEqual([task, trainingError, classes, report.margins], ['regression', null, null, null]);
    assert.ok(regression!.scaleDeclared && regression!.outputs === 1);
    near(regression!.training!.absolute, 1.25 * noise);
    near(regression!.heldOut!.squared, 1.75 * noise ** 2);
    assert.match(
      summary(report),
      /^With probability 95 % over .* the mean absolute error on new sequences, cut at a = 0\.5, is at most/,
    );
    for (const { id, value, reason } of report.bounds) {
      assert.equal(reason, null, id);
      if (id === 'Reg-Occam') assert.ok(value! < 0.35, `${value}`);
      if (id.startsWith('held-out')) assert.ok(value! < 0.15, `${value}`);
    }
  });

  it('takes the mean over the steps where there is a label a step, of several scores', async () => {
    const report = await reportOf({ cell: 'gru', readout: 2, readoutSteps: 'every' }, declarations);
    assertValidReport(report);
    const { regression } = report.data!;
    assert.ok(!regression!.scaleDeclared && regression!.outputs === 2);
    // Of four scores in a row, two a step, one is off by twice the noise.
    near(regression!.training!.absolute, (noise * (Math.SQRT2 + Math.sqrt(5))) / 2);
    assert.match(summary(report), /mean Euclidean distance.* of the steps of a new sequence, on average/);
    for (const { quantity, reason } of report.bounds) assert.ok(reason === null && quantity!.everyStep);
  });
});
