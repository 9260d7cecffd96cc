import assert from 'node:assert/strict';
import { cellNamed, cellNames } from '../../../../src/core/cells/cells';
import { outputWidth, placedName, type Network, type NetworkLayer } from '../../../../src/core/cells/network';
import { widthOf } from '../../../../src/core/cells/sizes';
import type { Evaluation } from '../../../../src/core/interpret/evaluate';
import { evaluateNetwork, type NetworkBatch } from '../../../../src/core/interpret/evaluateNetwork';
import { Problem } from '../../../../src/core/problem';
import type { LoopForm } from '../../../../src/runtime/graph/main';
import { networkGraph } from '../../../../src/runtime/graph/networkGraph';
import { variantsOf } from '../../core/interpret/cellVariants';
import { namedArrays, networkReferences } from '../../core/interpret/networkReferences';
import { randomNumbers, seedOf } from '../../core/interpret/randomNumbers';
import { randomWeights } from '../../core/interpret/variantRun';
import { largestNetworkError } from './networkRun';

const formsOf = (steps: number): readonly LoopForm[] => ['scan', { steps }];

describe('the graph of a network', () => {
  for (const reference of networkReferences) {
    it(`agrees with PyTorch: ${reference.title}`, async () => {
      const { network, steps, batch, lengths, initialStates } = reference;
      const sequences: NetworkBatch = {
        ...{ input: Float64Array.from(reference.input), steps, batch, lengths: lengths && Int32Array.from(lengths) },
        initialStates: initialStates && namedArrays(initialStates),
      };
      const layers = reference.results.map(({ hidden, gates, states }): Evaluation => ({
        ...{ hidden: Float64Array.from(hidden), gates: namedArrays(gates), states: namedArrays(states) },
      }));
      const expected = { layers, scores: Float64Array.from(reference.scores) };
      const weights = namedArrays(reference.weights);
      for (const form of formsOf(steps)) {
        for (const parameters of ['folded', 'initializers', 'inputs'] as const) {
          for (const states of initialStates ? (['inputs'] as const) : (['inputs', 'zero'] as const)) {
            const options = { elements: 'float64', form, parameters, initialStates: states } as const;
            const error = await largestNetworkError(network, weights, sequences, expected, options);
            assert.ok(error < 1e-12, `${JSON.stringify(options)}: ${error}`);
          }
        }
      }
    });
  }

  for (const name of cellNames) {
    it(`computes what evaluateNetwork does, in both directions under a residual layer: ${name}`, async () => {
      const seed = seedOf(name);
      const random = randomNumbers(seed);
      const draw = (n: number): Float64Array => Float64Array.from({ length: n }, random);
      const network = bidirectional(name, seed % 2 === 0 ? 'last' : 'every');
      const weights = new Map<string, Float64Array>();
      const initialStates = new Map<string, Float64Array>();
      const [steps, batch] = [4, 3];
      for (const { name: layer, cell, inputSize, hiddenSize } of network.layers) {
        const sizes = cell.sizes(inputSize, hiddenSize);
        for (const [parameter, values] of randomWeights(cell, sizes, random)) {
          weights.set(placedName(layer, parameter), values.map((value) => value / 2)); // prettier-ignore
        }
        for (const state of cell.states) {
          initialStates.set(placedName(layer, state.name), draw(batch * widthOf(sizes, state.before.size)));
        }
      }
      const read = network.readout.layers.reduce((total, k) => total + outputWidth(network.layers[k]!), 0);
      weights.set('V', draw(2 * read)).set('c', draw(2));
      const input = draw(steps * batch * network.inputSize);
      for (const lengths of [null, Int32Array.of(2, 4, 1)]) {
        const sequences = { input, steps, batch, lengths, initialStates };
        const expected = evaluateNetwork(network, weights, sequences);
        for (const form of formsOf(steps)) {
          const options = { elements: 'float64', form } as const;
          const error = await largestNetworkError(network, weights, sequences, expected, options);
          assert.ok(error < 1e-12, `${JSON.stringify(form)}, ${lengths?.join() ?? 'no padding'}: ${error}`);
        }
      }
    });
  }

  it('refuses layers that do not fit together', () => {
    const network = bidirectional('lstm', 'last');
    assert.throws(() => networkGraph({ ...network, inputSize: 9 }, new Map(), { elements: 'float32' }), Problem);
  });
});

/** Two layers of a cell that read the input in both directions, and a residual layer that reads both. */
function bidirectional(name: (typeof cellNames)[number], steps: 'last' | 'every') {
  const [{ options, inputSize, hiddenSize }] = variantsOf(name) as [ReturnType<typeof variantsOf>[number]];
  const cell = cellNamed(name, options);
  const layer = (layerName: string, direction: 'forward' | 'reverse'): NetworkLayer => ({
    ...{ name: layerName, cell, inputSize, hiddenSize, direction, reads: 'input', residual: false },
  });
  const [forth, back] = [layer('layer1', 'forward'), layer('layer1.reverse', 'reverse')];
  const width = 2 * outputWidth(forth);
  const above: NetworkLayer = {
    ...{ name: 'layer2', cell: cellNamed('gru'), inputSize: width, hiddenSize: width },
    ...{ direction: 'forward', reads: [0, 1], residual: true },
  };
  return {
    inputSize: cell.sizes(inputSize, hiddenSize).input,
    layers: [forth, back, above],
    readout: { layers: [0, 1, 2], steps, outputs: 2, bias: true },
  } satisfies Network;
}
