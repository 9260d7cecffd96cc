import assert from 'node:assert/strict';
import { endedRun, newRun, withProgress } from '../../../src/extension/trainingRun';
import type { TrainingRun } from '../../../src/protocol/panelTraining';
import type { TrainingProgress } from '../../../src/protocol/trainingApi';

const step = (epoch: number, batch: number, loss: number): TrainingProgress => ({
  ...{ kind: 'step', epoch, epochs: 1000, batch, batches: 4, loss },
  ...{ gradientNorm: 1, learningRate: 0.1 },
});
const epoch = (number: number, isBest = false): TrainingProgress => ({
  kind: 'epoch',
  record: { epoch: number, trainingLoss: 1 / number, validation: null, largestGradient: 1 },
  ...{ isBest, look: null },
});
const after = (run: TrainingRun, progress: readonly TrainingProgress[]): TrainingRun =>
  progress.reduce(withProgress, run);

describe('withProgress', () => {
  it('places steps between the epochs, and keeps what the last one told', () => {
    const run = after(newRun(1, {}), [step(1, 2, 0.5), step(1, 4, 0.4), epoch(1), step(2, 1, 0.3)]);
    assert.deepEqual(run.steps, [
      { at: 0.5, loss: 0.5 },
      { at: 1, loss: 0.4 },
      { at: 1.25, loss: 0.3 },
    ]);
    assert.deepEqual(
      run.epochs.map((point) => point.epoch),
      [1],
    );
    assert.equal(run.position?.batch, 1);
  });

  it('lets a training that was resumed take the place of what it tells again', () => {
    const before = after(newRun(1, {}), [epoch(0), step(1, 4, 9), epoch(1), step(2, 4, 8), epoch(2), step(3, 1, 7)]);
    const resumed = after(before, [step(2, 2, 5), step(2, 4, 4), epoch(2, true)]);
    assert.deepEqual(
      resumed.steps.map(({ at, loss }) => [at, loss]),
      [
        [1, 9],
        [1.5, 5],
        [2, 4],
      ],
    );
    assert.deepEqual(
      resumed.epochs.map((point) => [point.epoch, point.isBest]),
      [
        [0, false],
        [1, false],
        [2, true],
      ],
    );
  });

  it('forgets everything where the training began anew', () => {
    const run = after(newRun(1, {}), [epoch(0), step(1, 4, 9), epoch(1), epoch(0)]);
    assert.deepEqual([run.steps.length, run.epochs.length], [0, 1]);
  });

  it('keeps some hundred points of a long training: the ends, the best epoch, and others evenly', () => {
    const progress = Array.from({ length: 1000 }, (_, k) => [step(k + 1, 4, k), epoch(k + 1, k === 700)]).flat();
    const { steps, epochs } = after(newRun(1, {}), progress);
    for (const points of [steps.map(({ at }) => at), epochs.map((point) => point.epoch)]) {
      assert.ok(points.length > 100 && points.length <= 241, String(points.length));
      assert.deepEqual([points[0], points.at(-1)], [1, 1000]);
      const gaps = points.slice(1).map((at, k) => at - points[k]!);
      assert.ok(Math.max(...gaps) <= 20 && Math.min(...gaps) > 0);
    }
    assert.deepEqual(
      epochs.filter(({ isBest }) => isBest).map((point) => point.epoch),
      [701],
    );
  });

  it('takes the quantiles of the margins that are shown', () => {
    const quantiles = [0, 0.05, 0.5, 0.95, 1].map((probability) => ({ probability, value: 10 * probability }));
    const run = withProgress(newRun(1, {}), {
      ...epoch(1),
      kind: 'epoch',
      record: { epoch: 1, trainingLoss: 1, validation: null, largestGradient: 1 },
      isBest: true,
      look: {
        ...{ norms: [{ name: 'U', norm: 2 }], bound: null },
        margins: { count: 5, mean: 0, standardDeviation: 1, errorRate: 0, quantiles },
      },
    });
    assert.deepEqual(run.epochs[0]!.look?.margins, { low: 0.5, median: 5, high: 9.5 });
  });
});

describe('endedRun', () => {
  it('keeps what came of it, without the reports, which are large', () => {
    const { result, status } = endedRun(newRun(1, {}), {
      ...{
        path: '/b.onnx',
        report: '/b.md',
        changes: [],
        history: [],
        ended: 'epochs',
        epoch: 2,
        heldOut: null,
        seconds: 3,
        device: 'cpu',
      },
      ...{ notes: ['n'], before: {} as never, after: {} as never },
    });
    assert.equal(status, 'ended');
    assert.deepEqual(result, {
      ...{
        path: '/b.onnx',
        report: '/b.md',
        changes: [],
        ended: 'epochs',
        epoch: 2,
        seconds: 3,
        device: 'cpu',
        notes: ['n'],
      },
    });
  });
});
