import assert from 'node:assert/strict';
import { outputWidth, type Network } from '../../../../src/core/cells/network';
import { namedArrays, networkReferences, type NetworkReference } from '../../core/interpret/networkReferences';
import { largestError } from '../../core/interpret/referenceCases';
import { randomNumbers } from '../../core/interpret/randomNumbers';
import { fromZero, randomTraining } from './randomTraining';
import { networkOf } from './trainingNetworks';
import type { TrainingRun } from './trainingReference';
import { assertAgrees, graphError, trainingSession } from './trainingRun';

const networks: Readonly<Record<string, Network>> = {
  'two LSTMs, every step': networkOf(
    3,
    [
      ['lstm', 4],
      ['lstm', 3],
    ],
    { layers: [1], steps: 'every' },
  ),
  'mixed cells, the last step': networkOf(
    2,
    [
      ['gru', 4],
      ['gato', 6],
      ['vanilla', 3],
    ],
    { layers: [2], steps: 'last' },
  ),
  'bidirectional layers, the last step': networkOf(
    2,
    [
      ['lstm', 3],
      ['lstm', 3, { direction: 'reverse', reads: 'input' }],
      ['gru-reset-after', 2, { reads: [0, 1] }],
      ['mgu', 4, { direction: 'reverse', reads: [0, 1] }],
    ],
    { layers: [2, 3], steps: 'last' },
  ),
  'residual connections, reading layers far below, every step': networkOf(
    4,
    [
      ['ugrnn', 4, { residual: true }],
      ['eurnn', 2, { residual: true, direction: 'reverse' }],
      ['irc-lstm', 4, { reads: [1, 0] }],
    ],
    { layers: [2, 0], steps: 'every' },
  ),
  'residual connections in both directions, the last step': networkOf(
    2,
    [
      ['lstm', 3],
      ['gru', 2, { direction: 'reverse', reads: 'input' }],
      ['mgu', 2, { reads: [0, 1], residual: { from: 0 } }],
      ['irc-gru', 3, { direction: 'reverse', reads: [0, 1], residual: { from: 2 } }],
      ['gato', 4, { reads: [3, 2], direction: 'reverse', residual: { from: 3 } }],
      ['vanilla', 3, { reads: [3, 2], residual: { from: 0 } }],
    ],
    { layers: [4, 5], steps: 'last' },
  ),
  'a layer that nothing reads': networkOf(
    3,
    [
      ['gru', 3],
      ['lstm', 2],
    ],
    { layers: [0], steps: 'every' },
  ),
};

describe('the training graph of a network', () => {
  for (const [title, network] of Object.entries(networks)) {
    for (const seed of [6, 7, 8]) {
      it(`has the gradients of backpropagation through time: ${title}, ${seed}`, async () => {
        await assertAgrees(randomTraining(network, seed));
        await assertAgrees(fromZero(randomTraining(network, seed)), { beginsAtZero: true });
      });
    }
    it(`is the same written out step by step: ${title}`, async () => {
      assert.ok((await graphError(randomTraining(network, 8), { elements: 'float64', isUnrolled: true })) < 1e-10);
    });
  }

  for (const reference of networkReferences) {
    it(`agrees with PyTorch: ${reference.title}`, async () => {
      const { run, total } = ofReference(reference);
      const { answer, release } = await trainingSession(run, { elements: 'float64' });
      const found = await answer(run);
      await release();
      // PyTorch was asked for sums, and not for means over answers and outputs.
      const scaled = (values: Float64Array): Float64Array => values.map((value) => value * total);
      const { gradients } = reference;
      assert.ok(largestError([found.loss * total], [reference.lossValue]) < 1e-12);
      assert.ok(largestError(scaled(found.input), gradients.input) < 1e-10);
      for (const kind of ['weights', 'initialStates'] as const) {
        assert.deepEqual(new Set(found[kind].keys()), new Set(Object.keys(gradients[kind])));
        for (const [name, values] of found[kind]) {
          assert.ok(largestError(scaled(values), gradients[kind][name]!) < 1e-10, name);
        }
      }
    });
  }

  for (const [title, network] of Object.entries(networks)) {
    // The reference runs layers one by one, and half of a residual connection is none.
    if (title === 'residual connections in both directions, the last step') continue;
    it(`leaves out what masks say between layers: ${title}`, async () => {
      for (const seed of [6, 7]) {
        const run = withDropout(randomTraining(network, seed), seed);
        await assertAgrees(run);
        assert.ok((await graphError(run, { elements: 'float64', isUnrolled: true })) < 1e-10);
      }
    });
  }

  it('is with masks of ones what it is without', async () => {
    const run = randomTraining(networks['bidirectional layers, the last step']!, 7);
    const dropout = withDropout(run, 7).dropout!.map((mask) => mask?.fill(1) ?? null);
    const [plain, masked] = [
      await trainingSession(run, { elements: 'float64' }),
      await trainingSession({ ...run, dropout }, { elements: 'float64' }),
    ];
    assert.deepEqual(await masked.answer({ ...run, dropout }), await plain.answer(run));
    await plain.release();
    await masked.release();
  });

  it('counts nothing of what stands in the padding', async () => {
    const run = randomTraining(networks['bidirectional layers, the last step']!, 7);
    const other = { ...run, input: run.input.slice() };
    for (const [entry, length] of run.lengths!.entries()) {
      for (let step = length; step < run.steps; step++) {
        other.input.fill(1e3, (step * run.batch + entry) * 2, (step * run.batch + entry + 1) * 2);
      }
    }
    assert.notDeepEqual(other.input, run.input);
    const { answer, release } = await trainingSession(run, { elements: 'float64' });
    assert.deepEqual(await answer(other), await answer(run));
    await release();
  });

  it('goes on where a piece of a sequence ended', async () => {
    const run = randomTraining(networks['mixed cells, the last step']!, 6);
    const { answer, release } = await trainingSession(run, { elements: 'float64' });
    const row = run.batch * run.network.inputSize;
    const whole = await answer(run);
    const first = await answer({ ...run, input: run.input.subarray(0, row), steps: 1 });
    const rest = await answer({
      ...{ ...run, input: run.input.subarray(row), steps: run.steps - 1 },
      initialStates: first.states,
    });
    await release();
    assert.ok(largestError([rest.loss], [whole.loss]) < 1e-12);
    for (const [name, values] of whole.states) assert.ok(largestError(rest.states.get(name)!, values) < 1e-12);
  });
});

/** The run with masks for every layer that another one reads: half of the entries are left out. */
function withDropout(run: TrainingRun, seed: number): TrainingRun {
  const random = randomNumbers(seed);
  const { layers } = run.network;
  const dropout = layers.map((layer, k) => {
    if (!layers.some(({ reads }) => reads !== 'input' && reads.includes(k))) return null;
    const count = run.steps * run.batch * outputWidth(layer);
    return Float64Array.from({ length: count }, () => (random() < 0 ? 0 : 2));
  });
  return { ...run, dropout };
}

/** The run of a reference, and what its sums are of a mean. */
function ofReference(reference: NetworkReference): { run: TrainingRun; total: number } {
  const { network, steps, batch, input, loss: judged } = reference;
  const { outputs, steps: answered } = network.readout!;
  const lengths = reference.lengths && Int32Array.from(reference.lengths);
  const answers = answered === 'every' ? steps * batch : batch;
  const isPadding = (answer: number): boolean =>
    answered === 'every' && Math.floor(answer / batch) >= (lengths?.[answer % batch] ?? steps);
  const counts = Float64Array.from({ length: answers }, (_, answer) => (isPadding(answer) ? 0 : 1));
  const isLabelled = judged.kind === 'crossEntropy';
  const targets = new Float64Array(answers * outputs);
  if (isLabelled) judged.targets.forEach((label, answer) => (targets[answer * outputs + label] = 1));
  else targets.set(judged.targets);
  const zeros = new Map(
    Object.entries(reference.gradients.initialStates).map(([name, { length }]) => [name, new Float64Array(length)]),
  );
  return {
    run: {
      ...{ network, loss: judged.kind, weights: namedArrays(reference.weights), input: Float64Array.from(input) },
      ...{ steps, batch, lengths, targets, counts },
      initialStates: reference.initialStates ? namedArrays(reference.initialStates) : zeros,
    },
    total: judged.positions * (isLabelled ? 1 : outputs),
  };
}
