import { networkSizes, placedName, type Network } from '../../core/cells/network';
import { parametersOf, storedShape } from '../../core/cells/parametersOf';
import { readoutLayers } from '../../core/cells/readout';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../../formats/onnx/model';
import { readModel } from '../../formats/onnx/readModel';
import { networkModel } from '../networkModel';

/**
 * Whether a file that describes its network holds the graph that Recurscope writes for that description, but for the numbers
 * of the weights, and nothing else. A run on some sequences cannot show what a graph does with others, so a file that has
 * been changed has no certified bound.
 */
export function isAsDescribed(network: Network, bytes: Uint8Array): boolean {
  const weights = zeroWeights(network);
  const ours = readModel(networkModel(network, weights, new Map()), 'ours').graph;
  return fingerprint(readModel(bytes, 'theirs').graph, weights) === fingerprint(ours, weights);
}

function zeroWeights(network: Network): ReadonlyMap<string, Float64Array> {
  const weights = new Map<string, Float64Array>();
  for (const { name, cell, inputSize, hiddenSize } of network.layers) {
    for (const parameter of parametersOf(cell)) {
      const { rows, columns } = storedShape(parameter, cell.sizes(inputSize, hiddenSize));
      weights.set(placedName(name, parameter.name), new Float64Array(rows * columns));
    }
  }
  if (network.readout) {
    const sizes = networkSizes(network);
    for (const { map, bias, outputs } of readoutLayers(network.readout)) {
      weights.set(map.name, new Float64Array(outputs * sizes[map.from]!));
      if (bias !== null) weights.set(bias, new Float64Array(outputs));
    }
  }
  return weights;
}

/** Everything that decides what a graph computes, as text; of a weight its name, type and shape. */
function fingerprint(graph: OnnxGraph, weights: ReadonlyMap<string, unknown>): string {
  const tensor = ({ name, dataType, dims, raw, packed, external }: OnnxTensor): unknown =>
    weights.has(name)
      ? [name, dataType, dims]
      : [name, dataType, dims, raw && Buffer.from(raw).toString('base64'), packed.length, external];
  const node = ({ operator, domain, inputs, outputs, attributes }: OnnxNode): unknown => [
    ...[operator, domain, inputs, outputs],
    [...attributes]
      .sort(([p], [q]) => (p < q ? -1 : 1))
      .map(([name, { tensor: value, graphs, ...plain }]) => [name, plain, value && tensor(value), graphs.map(inner)]),
  ];
  const names = (ports: OnnxGraph['inputs']): unknown => ports.map(({ name, dataType }) => [name, dataType]);
  const inner = ({ nodes, initializers, sparseInitializers, inputs, outputs }: OnnxGraph): unknown => [
    nodes.map(node),
    [...initializers.values()].map(tensor).sort(),
    sparseInitializers,
    names(inputs),
    names(outputs),
  ];
  return JSON.stringify(inner(graph));
}
