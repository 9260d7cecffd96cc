import assert from 'node:assert/strict';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { cellNames, cellNamed } from '../../../../src/core/cells/cells';
import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import type { Network } from '../../../../src/core/cells/network';
import { networkModel } from '../../../../src/runtime/networkModel';
import { isAsDescribed } from '../../../../src/runtime/onnx/isAsDescribed';

function networkOf(name: (typeof cellNames)[number]): Network {
  const cell = cellNamed(name, { grid: [2, 2], units: 2 });
  const layer = { name: 'layer1', cell, inputSize: 2, hiddenSize: 2, direction: 'forward', reads: 'input' } as const;
  const readout = { layers: [0], steps: 'last', outputs: 3, bias: true } as const;
  return { inputSize: cell.sizes(2, 2).input, layers: [{ ...layer, residual: false }], readout };
}

const modelOf = (network: Network, seed = 1): Uint8Array =>
  networkModel(network, initialNetwork(network, seed), new Map());

/** The model with a node more: messages merge, so it is written behind it. */
function withNode(model: Uint8Array, operator: string, input: string, output: string): Uint8Array {
  const node = new BinaryWriter();
  for (const [field, text] of [[1, input], [2, output], [4, operator]] as const) node.tag(field, WireType.LengthDelimited).string(text); // prettier-ignore
  const graph = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(node.finish()).finish();
  return Buffer.concat([model, new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph).finish()]);
}

describe('a graph is what its description says', () => {
  for (const name of cellNames) {
    it(`for ${name}, whatever its weights`, () => {
      const network = networkOf(name);
      assert.ok(isAsDescribed(network, modelOf(network)));
      assert.ok(isAsDescribed(network, modelOf(network, 2)));
    });
  }

  it('and not when there is a node more, or when it is another network of the same weights', () => {
    const network = networkOf('lstm');
    const model = modelOf(network);
    assert.ok(!isAsDescribed(network, withNode(model, 'Relu', 'X', 'extra')));
    const [layer] = network.layers;
    const reverse: Network = { ...network, layers: [{ ...layer!, direction: 'reverse' }] };
    assert.ok(!isAsDescribed(reverse, model));
    assert.ok(!isAsDescribed(network, modelOf(reverse)));
    const [hard] = networkOf('lstm').layers;
    const other: Network = { ...network, layers: [{ ...hard!, cell: cellNamed('lstm', { candidateActivation: 'softsign' }) }] }; // prettier-ignore
    assert.ok(!isAsDescribed(other, model));
  });

  it('and not when a number of the graph that is no weight differs', () => {
    const narrow = cellNamed('gato', { lambda: 0.7 });
    const network = networkOf('gato');
    const [layer] = network.layers;
    const wider: Network = { ...network, layers: [{ ...layer!, cell: cellNamed('gato', { lambda: 0.8 }) }] };
    assert.ok(isAsDescribed({ ...network, layers: [{ ...layer!, cell: narrow }] }, modelOf(network)));
    assert.ok(!isAsDescribed(wider, modelOf(network)));
  });
});
