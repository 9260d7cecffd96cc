import { networkSizes, type Network } from '../core/cells/network';
import { networkNames } from '../core/cells/networkNames';
import { Main } from './graph/main';
import { readoutScores, runLayers } from './graph/networkLayers';

/**
 * A network as an ONNX model that anybody can run: a Scan for each layer, every learned matrix and vector an initializer under
 * its own name and as it is stored, states that begin at zero. It reads X [steps, batch, input size] of any length and answers
 * `hidden`, what the last layers hand on at every step, and `scores` where there is a readout. What goes from layer to layer
 * has a name, so that whoever opens the file can watch it.
 */
export function networkModel(
  network: Network,
  weights: ReadonlyMap<string, Float64Array>,
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const main = new Main({ sizes: networkSizes(network), weights, elements: 'float32', parameters: 'initializers' });
  const layers = runLayers(main, network, { initialStates: 'zero', named: true });
  const read = readLayers(network).map((k) => layers[k]!.placed.handedOn);
  const hidden =
    read.length === 1
      ? read[0]!.name
      : main.join(
          read.map(({ name }) => name),
          -1,
        );
  main.output(hidden, networkNames.hidden, ['steps', 'batch', main.width(read)]);
  const scores = readoutScores(main, network, layers);
  if (scores) {
    const outputs = main.width([scores]);
    const value = main.everywhere(scores);
    if (network.readout!.steps === 'every')
      main.output(main.steps(value, outputs), networkNames.scores, ['steps', 'batch', outputs]);
    else main.output(value, networkNames.scores, ['batch', outputs]);
  }
  return main.encode(metadata);
}

/** The layers whose hidden states come out: those of the readout, or those that no other layer reads. */
function readLayers({ layers, readout }: Network): readonly number[] {
  if (readout) return readout.layers;
  const isRead = new Set(layers.flatMap(({ reads }) => (reads === 'input' ? [] : reads)));
  return layers.flatMap((_, k) => (isRead.has(k) ? [] : [k]));
}
