import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createReducedAccumulator } from '../../../../src/core/analysis/reducedStatistics';
import { activationRange } from '../../../../src/core/cells/activation';
import { cellNamed } from '../../../../src/core/cells/cells';
import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import type { Expression } from '../../../../src/core/cells/language';
import { placedLayers, type Network, type NetworkLayer } from '../../../../src/core/cells/network';
import { evaluateNetwork } from '../../../../src/core/interpret/evaluateNetwork';
import { networkGraph } from '../../../../src/runtime/graph/networkGraph';
import { sessionOptions } from '../../../../src/runtime/sessionOptions';
import { randomNumbers } from '../../core/interpret/randomNumbers';
import { assertSame, countedOneByOne } from './countedOneByOne';

const [steps, lengths] = [6, Int32Array.of(6, 2, 0, 5)];

const layer = (name: string, details: Partial<NetworkLayer>): NetworkLayer => ({
  ...{ name, cell: cellNamed('lstm'), inputSize: 3, hiddenSize: 4, direction: 'forward', reads: 'input' },
  residual: false,
  ...details,
});
const network: Network = {
  inputSize: 3,
  layers: [
    layer('layer1', {}),
    layer('layer1.reverse', { direction: 'reverse' }),
    layer('layer2', { cell: cellNamed('gru'), inputSize: 8, reads: [0, 1] }),
  ],
  readout: null,
};

describe('statistics inside the graph of a network', () => {
  for (const form of ['scan', { steps }] as const) {
    it(`leave padding out in every layer: ${JSON.stringify(form)}`, async () => {
      const random = randomNumbers(3);
      const batch = lengths.length;
      const input = Float64Array.from({ length: steps * batch * network.inputSize }, () => 3 * random());
      const weights = initialNetwork(network, 7);
      const gates = placedLayers(network).flatMap(({ cell }, k) =>
        Object.entries(cell.gates).map(([gate, e]): [string, Expression, number] => [`${k} ${gate}`, e, k]),
      );
      const reduced = new Map(gates.map(([name, e]) => [name, e]));
      const options = { elements: 'float64', form, initialStates: 'zero', masked: true, reduced } as const;
      const { model, reductions } = networkGraph(network, weights, options);
      const session = await InferenceSession.create(model, sessionOptions);
      const isStep = (row: number): boolean => Math.floor(row / batch) < lengths[row % batch]!;
      const mask = Float64Array.from({ length: steps * batch }, (_, row) => Number(isStep(row)));
      const outputs = await session.run({
        X: new Tensor('float64', input, [steps, batch, network.inputSize]),
        mask: new Tensor('float64', mask, [steps, batch, 1]),
      });
      await session.release();

      const { layers } = evaluateNetwork(network, weights, { input, steps, batch, lengths });
      for (const [name, e, k] of gates) {
        const values = [...layers[k]!.gates.get(name.split(' ')[1]!)!].filter((_, n) => isStep(Math.floor(n / 4)));
        const accumulator = createReducedAccumulator(name);
        accumulator.add(reductions.get(name)!.read((output) => outputs[output]!.data as Float64Array));
        assertSame(accumulator.finish(), countedOneByOne(name, values, activationRange(e)), 1e-12);
      }
    });
  }
});
