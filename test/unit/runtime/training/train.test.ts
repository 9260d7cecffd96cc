import assert from 'node:assert/strict';
import type { Network } from '../../../../src/core/cells/network';
import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import { certifiedSpectralNorm } from '../../../../src/core/linalg/certifiedSpectralNorm';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';
import { Problem } from '../../../../src/core/problem';
import { boundPenalty } from '../../../../src/core/training/boundPenalty';
import { sequenceLimits } from '../../../../src/core/training/complexity';
import { parseConstraint } from '../../../../src/core/training/constraint';
import { nothingLearned } from '../../../../src/core/training/nothingLearned';
import { optimizerState } from '../../../../src/core/training/optimizer';
import type { TrainingData } from '../../../../src/core/training/trainingData';
import { defaultTraining, type TrainingOptions } from '../../../../src/core/training/trainingOptions';
import type { TrainingState } from '../../../../src/core/training/trainingState';
import { createScorer } from '../../../../src/runtime/training/scorer';
import { train, type Training, type TrainingEvent } from '../../../../src/runtime/training/train';
import { createTrainingStep } from '../../../../src/runtime/training/trainingStep';
import { networkOf } from '../graph/trainingNetworks';

const network: Network = (() => {
  const { readout, ...rest } = networkOf(1, [['gru', 6]], { layers: [0], steps: 'last' });
  return { ...rest, readout: { ...readout!, outputs: 2 } };
})();

/** Is the sum of the sequence positive? Sequences of 3 to 8 steps. */
const data: TrainingData = (() => {
  const { uniform } = seededRandom(3);
  const lengths = Int32Array.from({ length: 200 }, () => 3 + Math.floor(uniform(0, 6)));
  const inputs = Array.from(lengths, (steps) => Float32Array.from({ length: steps }, () => uniform(-1, 1)));
  const values = inputs.map((input) => Int32Array.of(input.reduce((sum, x) => sum + x, 0) > 0 ? 1 : 0));
  return { width: 1, inputs, lengths, targets: { kind: 'labels', everyStep: false, values } };
})();

const everyone = Array.from({ length: 200 }, (_, k) => k);
const parts = { training: everyone.slice(0, 160), validation: everyone.slice(160) };

const stacked: Network = (() => {
  const { readout, ...rest } = networkOf(
    1,
    [
      ['gru', 6],
      ['vanilla', 5],
    ],
    { layers: [1], steps: 'last' },
  );
  return { ...rest, readout: { ...readout!, outputs: 2 } };
})();

async function prepared(
  changes: Partial<TrainingOptions> = {},
  trains: Network = network,
): Promise<{ training: Training; fresh: () => TrainingState; dispose: () => Promise<void> }> {
  const options: TrainingOptions = {
    ...defaultTraining,
    ...{ epochs: 8, batchSize: 16, learningRate: { ...defaultTraining.learningRate, peak: 0.02 } },
    ...changes,
  };
  const carriesStates = options.truncate !== null;
  const step = await createTrainingStep(trains, {
    loss: 'crossEntropy',
    targets: 'labels',
    carriesStates,
    threads: 1,
    dropout: options.dropout > 0,
  });
  const scorer = await createScorer({ network: trains, weights: step.weights, data, loss: 'crossEntropy', threads: 1 });
  const initial = initialNetwork(trains, 7);
  const start = step.weights.map(({ name }) => Float32Array.from(initial.get(name)!));
  return {
    training: { network: trains, data, parts, options, step, start, score: (w, members) => scorer.score(w, members) },
    fresh: () => ({
      ...{
        epoch: 0,
        batch: 0,
        sums: { loss: 0, answers: 0, largestGradient: 0 },
        best: null,
        history: [],
        ended: null,
      },
      weights: start.map((values) => values.slice()),
      optimizer: optimizerState(
        options.optimizer.kind,
        start.map(({ length }) => length),
      ),
    }),
    dispose: async () => {
      await step.dispose();
      await scorer.dispose();
    },
  };
}

async function trained(
  changes: Partial<TrainingOptions> = {},
  trains: Network = network,
): Promise<{ state: TrainingState; events: TrainingEvent[] }> {
  const { training, fresh, dispose } = await prepared(changes, trains);
  const state = fresh();
  const events: TrainingEvent[] = [];
  for await (const event of train(training, state)) events.push(event);
  await dispose();
  return { state, events };
}

describe('a training', () => {
  it('learns, and says how', async () => {
    const { state, events } = await trained();
    assert.equal(state.ended, 'epochs');
    assert.equal(events.length, 1 + 8 * 10 + 8);
    const [first, last] = [state.history[1]!, state.history.at(-1)!];
    assert.ok(last.trainingLoss! < first.trainingLoss! / 2, `${first.trainingLoss} → ${last.trainingLoss}`);
    assert.ok(last.validation!.error! < 0.12, String(last.validation!.error));
    assert.ok(state.best!.loss <= Math.min(...state.history.map(({ validation }) => validation!.loss)));
  });

  it('asks the network before the first step, as epoch 0, which is never the best', async () => {
    const { training, fresh, dispose } = await prepared({ learningRate: { ...defaultTraining.learningRate, peak: 5 } });
    const state = fresh();
    for await (const _ of train(training, state));
    const before = await training.score(training.start, training.parts.validation);
    assert.deepEqual(state.history[0], { epoch: 0, trainingLoss: null, validation: before, largestGradient: 0 });
    assert.deepEqual(
      state.history.map(({ epoch }) => epoch),
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
    );
    assert.ok(state.best!.epoch > 0);
    assert.match(nothingLearned(state.history, [])!, /^Nothing was learned: /);
    assert.equal(nothingLearned(state.history, [parseConstraint('orthogonal')]), null);
    const learning = await trained();
    assert.equal(nothingLearned(learning.state.history, []), null);
    await dispose();
  });

  it('ends at the same weights from wherever it was interrupted', async () => {
    const { training, fresh, dispose } = await prepared({ epochs: 3 });
    const whole = fresh();
    const states: TrainingState[] = [];
    for await (const _ of train(training, whole)) states.push(structuredClone(whole));
    for (const state of [0, 4, 9, 10, 17, 29].map((k) => states[k]!)) {
      for await (const _ of train(training, state));
      assert.deepEqual(state, whole);
    }
    await dispose();
  });

  it('is the same for the same seed, and another for another one', async () => {
    const [first, second, other] = await Promise.all([
      trained({ epochs: 2 }),
      trained({ epochs: 2 }),
      trained({ epochs: 2, seed: 1 }),
    ]);
    assert.deepEqual(first, second);
    assert.notDeepEqual(first.state.weights, other.state.weights);
  });

  it('keeps what it is constrained to', async () => {
    const { state } = await trained({ constraints: [parseConstraint('spectral-norm=0.9')] });
    const { training, dispose } = await prepared();
    for (const [k, { name, dims }] of training.step.weights.entries()) {
      if (!name.includes('.U')) continue;
      const { upper } = await certifiedSpectralNorm({ rows: dims[0]!, columns: dims[1]!, values: state.weights[k]! });
      assert.ok(upper <= 0.9, `${name}: ${upper}`);
    }
    await dispose();
  });

  it('stays nearer to where it began when it is pulled there', async () => {
    const moved = async (constraints: string[]): Promise<number> => {
      const { training, fresh, dispose } = await prepared({ constraints: constraints.map(parseConstraint) });
      const state = fresh();
      for await (const _ of train(training, state));
      await dispose();
      return Math.hypot(...state.weights.flatMap((values, k) => [...values].map((w, j) => w - training.start[k]![j]!)));
    };
    assert.ok((await moved(['pull=0.3'])) < 0.5 * (await moved([])));
  });

  it('lowers the complexity of the bound where that is asked for, at a similar loss', async () => {
    const ended = async (constraints: string[]): Promise<{ complexity: number; error: number }> => {
      const { training, fresh, dispose } = await prepared({
        ...{ constraints: constraints.map(parseConstraint), epochs: 25 },
      });
      const state = fresh();
      for await (const _ of train(training, state));
      await dispose();
      // The best epoch is that with the smallest sum of the loss and the penalty, which still falls at the end.
      assert.ok(constraints.length === 0 || state.best!.epoch > 15, String(state.best!.epoch));
      const setting = { ...training, weights: training.step.weights, sequences: 160 };
      const found = boundPenalty({ ...setting, ...sequenceLimits(data, parts.training) }, 1).slopesAt(state.weights);
      assert.ok(typeof found !== 'string');
      return { complexity: found.complexity!, error: state.history.at(-1)!.validation!.error! };
    };
    const [without, penalised] = [await ended([]), await ended(['bound=0.01'])];
    assert.ok(penalised.complexity < 0.8 * without.complexity, `${without.complexity} → ${penalised.complexity}`);
    assert.ok(penalised.error <= without.error + 0.05, `${without.error} → ${penalised.error}`);
  });

  it('goes on with the penalty of the bound as it was', async () => {
    const { training, fresh, dispose } = await prepared({
      ...{ epochs: 8, constraints: [parseConstraint('bound=0.02')] },
    });
    const whole = fresh();
    const states: TrainingState[] = [];
    for await (const _ of train(training, whole)) states.push(structuredClone(whole));
    assert.ok(whole.optimizer.step > 64);
    for (const state of [0, 20, 75].map((k) => states[k]!)) {
      for await (const _ of train(training, state));
      assert.deepEqual(state, whole);
    }
    await dispose();
  });

  it('cuts long sequences into pieces and carries the states on', async () => {
    const { state } = await trained({ truncate: 3, epochs: 12 });
    const { error } = state.history.at(-1)!.validation!;
    assert.ok(error! < 0.25, String(error));
    // One piece that is longer than all sequences is the whole sequence.
    const whole = await trained({ epochs: 2 });
    const piece = await trained({ epochs: 2, truncate: 100 });
    for (const [k, values] of whole.state.weights.entries()) {
      assert.ok(values.every((w, j) => Math.abs(w - piece.state.weights[k]![j]!) < 1e-5));
    }
  });

  it('leaves out what layers hand on, in its own way for every batch, and learns', async () => {
    const changes = { dropout: 0.2, epochs: 20 };
    const { training, fresh, dispose } = await prepared({ ...changes, truncate: 3 }, stacked);
    const whole = fresh();
    const states: TrainingState[] = [];
    for await (const _ of train(training, whole)) if (states.length < 40) states.push(structuredClone(whole));
    for (const state of [0, 5, 25].map((k) => states[k]!)) {
      for await (const _ of train(training, state));
      assert.deepEqual(state, whole);
    }
    await dispose();
    const { state } = await trained(changes, stacked);
    assert.ok(state.history.at(-1)!.validation!.error! < 0.2, String(state.history.at(-1)!.validation!.error));
    // While both learn, what has less to go by answers worse.
    const without = await trained({ epochs: 5 }, stacked);
    for (const epoch of [1, 2, 3, 4, 5]) {
      assert.ok(state.history[epoch]!.trainingLoss! > without.state.history[epoch]!.trainingLoss!, String(epoch));
    }
  });

  it('stops when the validation loss no longer falls', async () => {
    const { state } = await trained({
      epochs: 100,
      patience: 2,
      learningRate: { ...defaultTraining.learningRate, peak: 1e-12 },
    });
    assert.equal(state.ended, 'patience');
    assert.ok(state.epoch < 20);
  });

  it('stops where the loss is not finite, and keeps the best weights', async () => {
    const { state } = await trained({
      ...{ optimizer: { kind: 'sgd', weightDecay: 0 }, gradientClip: null },
      learningRate: { ...defaultTraining.learningRate, peak: 1e38 },
    });
    assert.equal(state.ended, 'diverged');
    assert.ok(state.best === null || state.best.weights.every((values) => values.every(Number.isFinite)));
  });

  it('refuses constraints that are about nothing', async () => {
    for (const text of ['spectral-norm:U_q=1', 'norm-21:b_z=1', 'orthogonal:c']) {
      await assert.rejects(() => trained({ constraints: [parseConstraint(text)] }), Problem, text);
    }
  });
});
