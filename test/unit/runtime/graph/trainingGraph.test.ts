import assert from 'node:assert/strict';
import { cellNamed } from '../../../../src/core/cells/cells';
import { outputWidth, placedName, type Network, type NetworkLayer } from '../../../../src/core/cells/network';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { cellVariants, titleOfVariant } from '../../core/interpret/cellVariants';
import { randomNumbers } from '../../core/interpret/randomNumbers';
import { trainingReference, type TrainingRun } from './trainingReference';
import { drawnStates, largestTrainingError, trainingSession } from './trainingRun';

/** A run of a network with random weights, sequences and targets; by turns with both losses, with and without padding. */
function randomTraining(network: Network, seed: number): TrainingRun {
  const random = randomNumbers(seed);
  const draw = (n: number): Float64Array => Float64Array.from({ length: n }, random);
  const weights = new Map<string, Float64Array>();
  for (const { name, cell, inputSize, hiddenSize } of network.layers) {
    for (const parameter of parametersOf(cell)) {
      const { rows, columns } = storedShape(parameter, cell.sizes(inputSize, hiddenSize));
      weights.set(placedName(name, parameter.name), draw(rows * columns));
    }
  }
  const { outputs, layers, steps: answered, bias } = network.readout!;
  const width = layers.reduce((total, k) => total + outputWidth(network.layers[k]!), 0);
  weights.set('V', draw(outputs * width));
  if (bias) weights.set('c', draw(outputs));
  const [steps, batch] = [4, 3];
  const lengths = seed % 3 === 0 ? null : Int32Array.of(4, 2, 3);
  const counts = Float64Array.from({ length: answered === 'every' ? steps * batch : batch }, (_, answer) =>
    answered === 'every' && Math.floor(answer / batch) >= (lengths?.[answer % batch] ?? steps) ? 0 : 1.5 + random(),
  );
  const loss = seed % 2 === 0 ? 'crossEntropy' : 'squaredError';
  const targets = draw(counts.length * outputs);
  if (loss === 'crossEntropy') {
    targets.fill(0);
    counts.forEach((_, answer) => (targets[answer * outputs + Math.floor(((random() + 1) / 2) * outputs)] = 1));
  }
  return {
    ...{ network, loss, weights, input: draw(steps * batch * network.inputSize), steps, batch, lengths },
    ...{ initialStates: drawnStates(network, batch, draw), targets, counts },
  };
}

const layer = (of: Partial<NetworkLayer> & Pick<NetworkLayer, 'cell' | 'inputSize' | 'hiddenSize'>): NetworkLayer => ({
  ...{ name: 'layer1', direction: 'forward', reads: 'input', residual: false },
  ...of,
});

describe('the training graph', () => {
  for (const [k, variant] of cellVariants.entries()) {
    it(`has the gradients of backpropagation through time: ${titleOfVariant(variant)}`, async () => {
      const cell = cellNamed(variant.name, variant.options);
      const { input } = cell.sizes(variant.inputSize, variant.hiddenSize);
      const run = randomTraining(
        {
          inputSize: input,
          layers: [layer({ ...variant, cell, direction: k % 4 < 2 ? 'forward' : 'reverse' })],
          readout: { layers: [0], steps: k % 5 < 3 ? 'every' : 'last', outputs: 2, bias: k % 7 > 0 },
        },
        k,
      );
      const expected = trainingReference(run);
      for (const [elements, tolerance] of [
        ['float64', 1e-10],
        ['float32', 1e-4],
      ] as const) {
        const { answer, release } = await trainingSession(run, { elements, asLabels: run.loss === 'crossEntropy' });
        const error = largestTrainingError(await answer(run), expected);
        await release();
        assert.ok(error < tolerance, `${elements}: ${error}`);
      }
    });
  }
});
