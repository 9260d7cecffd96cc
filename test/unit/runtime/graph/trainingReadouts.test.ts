import assert from 'node:assert/strict';
import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import type { Network } from '../../../../src/core/cells/network';
import { evaluateNetwork } from '../../../../src/core/interpret/evaluateNetwork';
import { randomNumbers } from '../../core/interpret/randomNumbers';
import { networkOf } from './trainingNetworks';
import type { TrainingRun } from './trainingReference';
import { trainingSession } from './trainingRun';

const hidden = [{ units: 4, activation: 'tanh', bias: true }, { units: 3, activation: { kind: 'elu', alpha: 0.7 }, bias: false }] as const; // prettier-ignore

const networks: Readonly<Record<string, Network>> = {
  'three dense layers, the last step': networkOf(2, [['gru', 3]], { layers: [0], steps: 'last', hidden }),
  'three dense layers, every step of both directions': networkOf(
    2,
    [
      ['lstm', 3],
      ['lstm', 2, { direction: 'reverse', reads: 'input' }],
    ],
    { layers: [0, 1], steps: 'every', hidden },
  ),
  'means over both directions of a residual layer': networkOf(
    2,
    [
      ['lstm', 2, { residual: true }],
      ['gru', 2, { direction: 'reverse', reads: 'input' }],
    ],
    { layers: [0, 1], steps: 'mean', hidden },
  ),
};

const [steps, batch] = [4, 3];

/** The mean of (score − target)² over all outputs of the answers that count. */
function lossOf({ network, weights, input, lengths, targets, counts, initialStates }: TrainingRun): number {
  const { scores } = evaluateNetwork(network, weights, { input, steps, batch, lengths, initialStates });
  const { outputs } = network.readout!;
  let [loss, counted] = [0, 0];
  for (const [answer, count] of counts.entries()) {
    counted += count;
    for (let k = answer * outputs; k < (answer + 1) * outputs; k++) loss += count * (scores![k]! - targets[k]!) ** 2;
  }
  return loss / counted / outputs;
}

describe('training a readout of several layers', () => {
  for (const [title, network] of Object.entries(networks)) {
    it(`moves every weight as central differences do: ${title}`, async () => {
      const random = randomNumbers(3);
      const draw = (n: number): Float64Array => Float64Array.from({ length: n }, random);
      const weights = new Map([...initialNetwork(network, 4)].map(([name, values]) => [name, values.map((value) => value + random() / 2)])); // prettier-ignore
      const lengths = Int32Array.of(4, 2, 3);
      const isEvery = network.readout!.steps === 'every';
      const answers = isEvery ? steps * batch : batch;
      const counts = Float64Array.from({ length: answers }, (_, k) =>
        !isEvery || Math.floor(k / batch) < lengths[k % batch]! ? 1 : 0,
      );
      const states = network.layers.flatMap(({ name, cell, hiddenSize }) =>
        cell.states.map((state) => [`${name}.${state.name}`, draw(batch * hiddenSize)] as const),
      );
      const run: TrainingRun = {
        ...{ network, weights, lengths, steps, batch, counts, loss: 'squaredError' },
        ...{ input: draw(steps * batch * 2), targets: draw(answers * 3), initialStates: new Map(states) },
      };
      const { answer, release } = await trainingSession(run, { elements: 'float64' });
      const found = await answer(run);
      await release();
      assert.ok(Math.abs(found.loss - lossOf(run)) < 1e-12);
      assert.deepEqual([...found.weights.keys()].sort(), [...weights.keys()].sort());
      for (const [name, gradient] of found.weights) {
        const values = weights.get(name)!;
        for (let k = 0; k < values.length; k += Math.ceil(values.length / 7)) {
          const moved = (by: number): number =>
            lossOf({ ...run, weights: new Map([...weights, [name, values.with(k, values[k]! + by)]]) });
          const wanted = (moved(1e-5) - moved(-1e-5)) / 2e-5;
          assert.ok(Math.abs(gradient[k]! - wanted) < 1e-8, `${name}[${k}]: ${gradient[k]} instead of ${wanted}`);
        }
      }
    });
  }
});
