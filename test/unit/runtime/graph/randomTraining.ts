import { outputWidth, placedName, type Network } from '../../../../src/core/cells/network';
import { widthOf } from '../../../../src/core/cells/sizes';
import { randomNumbers } from '../../core/interpret/randomNumbers';
import { randomWeights } from '../../core/interpret/variantRun';
import type { TrainingRun } from './trainingReference';

/** A network with random weights, sequences and targets; by turns both losses, with and without padding. */
export function randomTraining(network: Network, seed: number): TrainingRun {
  const random = randomNumbers(seed);
  const draw = (n: number): Float64Array => Float64Array.from({ length: n }, random);
  const [steps, batch] = [4, 3];
  const weights = new Map<string, Float64Array>();
  const initialStates = new Map<string, Float64Array>();
  for (const { name, cell, inputSize, hiddenSize } of network.layers) {
    const sizes = cell.sizes(inputSize, hiddenSize);
    for (const [parameter, values] of randomWeights(cell, sizes, random)) {
      weights.set(placedName(name, parameter), values);
    }
    for (const { name: state, before } of cell.states) {
      initialStates.set(placedName(name, state), draw(batch * widthOf(sizes, before.size)));
    }
  }
  const { outputs, layers, steps: answered, bias } = network.readout!;
  const width = layers.reduce((total, k) => total + outputWidth(network.layers[k]!), 0);
  weights.set('V', draw(outputs * width));
  if (bias) weights.set('c', draw(outputs));

  const lengths = seed % 3 === 0 ? null : Int32Array.of(4, 2, 3);
  const isPadding = (answer: number): boolean =>
    answered === 'every' && Math.floor(answer / batch) >= (lengths?.[answer % batch] ?? steps);
  const answers = answered === 'every' ? steps * batch : batch;
  const counts = Float64Array.from({ length: answers }, (_, answer) => (isPadding(answer) ? 0 : 1.5 + random()));
  const loss = seed % 2 === 0 ? 'crossEntropy' : 'squaredError';
  const targets = draw(answers * outputs);
  if (loss === 'crossEntropy') {
    targets.fill(0);
    for (let answer = 0; answer < answers; answer++) {
      targets[answer * outputs + Math.floor(((random() + 1) / 2) * outputs)] = 1;
    }
  }
  return {
    ...{ network, loss, weights, input: draw(steps * batch * network.inputSize), steps, batch, lengths },
    ...{ initialStates, targets, counts },
  };
}

/** The same run from states that are zero. */
export const fromZero = (run: TrainingRun): TrainingRun => ({
  ...run,
  initialStates: new Map([...run.initialStates].map(([name, values]) => [name, new Float64Array(values.length)])),
});
