import assert from 'node:assert/strict';
import type { Expression } from '../../../../src/core/cells/language';
import { networkSizes, placedLayers, placedName, type Network } from '../../../../src/core/cells/network';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { widthOf, type Sizes } from '../../../../src/core/cells/sizes';
import type { NetworkBatch, NetworkEvaluation } from '../../../../src/core/interpret/evaluateNetwork';
import { networkGraph, type NetworkOptions } from '../../../../src/runtime/graph/networkGraph';
import { largestError } from '../../core/interpret/referenceCases';
import { outputsOf } from './graphRun';

type Feeds = Map<string, readonly [Float64Array, readonly number[]]>;

/** The largest error of anything that the graph of a network computes against what it should be. */
export async function largestNetworkError(
  network: Network,
  weights: ReadonlyMap<string, Float64Array>,
  sequences: NetworkBatch,
  expected: NetworkEvaluation,
  options: NetworkOptions,
): Promise<number> {
  const { input, steps, batch, lengths = null, initialStates = null } = sequences;
  const sizes = networkSizes(network);
  const wanted = new Map<string, readonly [Expression, Float64Array]>();
  const feeds: Feeds = new Map([['X', [input, [steps, batch, network.inputSize]] as const]]);
  if (options.parameters === 'inputs') feedParameters(feeds, network, weights);
  if (lengths) {
    const mask = Float64Array.from({ length: steps * batch }, (_, k) =>
      Math.floor(k / batch) < lengths[k % batch]! ? 1 : 0,
    );
    feeds.set('mask', [mask, [steps, batch, 1]]);
  }
  for (const [k, { layer, cell, handedOn }] of placedLayers(network).entries()) {
    const { hidden, gates, states } = expected.layers[k]!;
    wanted.set(`${layer.name} hands on`, [handedOn, hidden]);
    for (const [gate, e] of Object.entries(cell.gates)) wanted.set(`${layer.name} ${gate}`, [e, gates.get(gate)!]);
    for (const [s, { name, before, after }] of cell.states.entries()) {
      wanted.set(`state ${name}`, [after, states.get(layer.cell.states[s]!.name)!]);
      if (options.initialStates === 'zero') continue;
      const width = widthOf(sizes, before.size);
      feeds.set(`${name}0`, [initialStates?.get(name) ?? new Float64Array(batch * width), [batch, width]]);
    }
  }
  const taps = new Map([...wanted].map(([name, [e]]) => [name, e]));
  const { model, outputs: names } = networkGraph(network, options.parameters === 'inputs' ? new Map() : weights, {
    ...options,
    masked: lengths !== null,
    taps,
  });
  const outputs = await outputsOf(model, options.elements, feeds);
  let worst = 0;
  for (const [name, [e, values]] of wanted) {
    const output = outputs[names.get(name)!]!;
    assert.deepEqual([...output.dims], [steps, batch, widthOf(sizes, e.size)], name);
    worst = Math.max(worst, largestError(output.data as Float64Array, values));
  }
  const { readout } = network;
  if (!readout) return worst;
  const { data, dims } = outputs['scores']!;
  assert.deepEqual([...dims], [...(readout.steps === 'every' ? [steps] : []), batch, readout.outputs]);
  return Math.max(worst, largestError(data as Float64Array, expected.scores!));
}

function feedParameters(feeds: Feeds, { layers, readout }: Network, weights: ReadonlyMap<string, Float64Array>): void {
  for (const { name: layer, cell, inputSize, hiddenSize } of layers) {
    const sizes: Sizes = cell.sizes(inputSize, hiddenSize);
    for (const parameter of parametersOf(cell)) {
      const { rows, columns } = storedShape(parameter, sizes);
      const name = placedName(layer, parameter.name);
      feeds.set(name, [weights.get(name)!, parameter.matrix ? [rows, columns] : [rows]]);
    }
  }
  if (!readout) return;
  const V = weights.get('V')!;
  feeds.set('V', [V, [readout.outputs, V.length / readout.outputs]]);
  if (readout.bias) feeds.set('c', [weights.get('c')!, [readout.outputs]]);
}
