import assert from 'node:assert/strict';
import { cellNamed, cellNames } from '../../../../src/core/cells/cells';
import type { Network } from '../../../../src/core/cells/network';
import { cellVariants, titleOfVariant, variantsOf } from '../../core/interpret/cellVariants';
import { centralDifference } from '../../core/interpret/centralDifference';
import { randomRun } from '../../core/interpret/randomCell';
import { seedOf } from '../../core/interpret/randomNumbers';
import { largestError } from '../../core/interpret/referenceCases';
import { fromZero, randomTraining } from './randomTraining';
import { layer } from './trainingNetworks';
import type { TrainingRun } from './trainingReference';
import { assertAgrees, graphError, trainingSession } from './trainingRun';

describe('the training graph of a layer', () => {
  for (const variant of cellVariants) {
    it(`has the gradients of backpropagation through time: ${titleOfVariant(variant)}`, async () => {
      const cell = cellNamed(variant.name, variant.options);
      const { input } = cell.sizes(variant.inputSize, variant.hiddenSize);
      const { inputSize, hiddenSize } = variant;
      const seed = seedOf(titleOfVariant(variant));
      const direction = seed % 4 < 2 ? 'forward' : 'reverse';
      const run = randomTraining(
        {
          inputSize: input,
          layers: [layer({ cell, inputSize, hiddenSize, direction })],
          readout: { layers: [0], steps: seed % 5 < 3 ? 'every' : 'last', outputs: 2, bias: seed % 7 > 0 },
        },
        seed,
      );
      const beginsAtZero = seed % 11 < 5;
      await assertAgrees(beginsAtZero ? fromZero(run) : run, { beginsAtZero, asLabels: run.loss === 'crossEntropy' });
    });
  }

  it('has them for 60 random cells', async function () {
    this.timeout(60_000);
    for (let seed = 1; seed <= 60; seed++) {
      const { cell, sizes, direction } = randomRun(seed);
      const network: Network = {
        inputSize: sizes.input,
        layers: [layer({ cell, inputSize: sizes.input, hiddenSize: sizes.hidden, direction })],
        readout: { layers: [0], steps: seed % 4 < 2 ? 'every' : 'last', outputs: 3, bias: true },
      };
      const error = await graphError(randomTraining(network, seed), { elements: 'float64' }).catch((cause: unknown) => {
        throw new Error(`Random cell ${seed} cannot be trained.`, { cause });
      });
      assert.ok(error < 1e-10, `random cell ${seed} is off by ${error}`);
    }
  });

  for (const name of cellNames) {
    it(`moves its own loss as it says: ${name}`, async () => {
      const [{ options, inputSize, hiddenSize }] = variantsOf(name) as [ReturnType<typeof variantsOf>[number]];
      const cell = cellNamed(name, options);
      const { input } = cell.sizes(inputSize, hiddenSize);
      const network: Network = {
        inputSize: input,
        layers: [layer({ cell, inputSize, hiddenSize })],
        readout: { layers: [0], steps: 'every', outputs: 2, bias: true },
      };
      const run = randomTraining(network, seedOf(name));
      const { answer, release } = await trainingSession(run, { elements: 'float64' });
      const found = await answer(run);
      const differences: [number, number][] = [];
      for (const [weight, values] of run.weights) {
        const k = values.length >> 1;
        differences.push([found.weights.get(weight)![k]!, await difference(values, k, run, answer)]);
      }
      await release();
      for (const [gradient, expected] of differences) assert.ok(largestError([gradient], [expected]) < 1e-7);
    });
  }
});

/** `centralDifference` of a loss that takes its time: first all losses that it asks for are worked out, then it has them. */
async function difference(
  values: Float64Array,
  k: number,
  run: TrainingRun,
  answer: (run: TrainingRun) => Promise<{ readonly loss: number }>,
): Promise<number> {
  const asked: number[] = [];
  centralDifference(values, k, () => asked.push(values[k]!));
  const losses = new Map<number, number>();
  const value = values[k]!;
  for (const moved of asked) {
    values[k] = moved;
    losses.set(moved, (await answer(run)).loss);
  }
  values[k] = value;
  return centralDifference(values, k, () => losses.get(values[k]!)!);
}
