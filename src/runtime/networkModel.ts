import { roots } from '../core/cells/cell';
import { expand, expandCell } from '../core/cells/expand';
import { concat, linear, variable, vector, type Expression } from '../core/cells/language';
import {
  networkInput,
  networkSizes,
  placedLayers,
  placedName,
  type Network,
  type PlacedLayer,
} from '../core/cells/network';
import { networkNames } from '../core/cells/networkNames';
import { checkWidths } from '../core/cells/sizes';
import { Main } from './graph/main';

/**
 * A network as an ONNX model that anybody can run: a Scan for each layer, every learned matrix and vector an initializer under
 * its own name and as it is stored, states that begin at zero. It reads X [steps, batch, input size] of any length and answers
 * `hidden`, what the last layers hand on at every step, and `scores` where there is a readout.
 */
export function networkModel(
  network: Network,
  weights: ReadonlyMap<string, Float64Array>,
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const sizes = networkSizes(network);
  const main = new Main({ sizes, weights, elements: 'float32', parameters: 'initializers' });
  main.set([networkInput], main.flat(main.sequence, sizes['input']!));
  const layers = placedLayers(network);
  for (const layer of layers) addLayer(main, layer);
  const read = readLayers(network).map((k) => layers[k]!);
  const width = main.width(read.map(({ handedOn }) => handedOn));
  const hidden = read.length === 1 ? handedOnName(read[0]!) : main.join(read.map(handedOnName), -1);
  main.output(hidden, networkNames.hidden, ['steps', 'batch', width]);
  if (network.readout) addReadout(main, network.readout, read);
  return main.encode(metadata);
}

const handedOnName = ({ handedOn }: PlacedLayer): string => handedOn.name;

function addLayer(main: Main, { layer, cell: definition, reads, handsOn, handedOn }: PlacedLayer): void {
  const cell = expandCell(definition);
  const output = expand(handsOn);
  checkWidths([...roots(cell), output, reads], main.sizes);
  main.set([cell.input], main.everywhere(reads));
  const states = cell.states.map(({ before, after }) => ({ before, after, initial: main.zeros(main.width([before])) }));
  main.loop(states, layer.direction);
  const width = main.width([output]);
  // Under a name of its own, so that whoever opens the file can watch what goes from layer to layer.
  const handed = main.named(main.steps(main.everywhere(output), width), handedOn.name);
  main.set([handedOn], main.flat(handed, width));
}

/** The layers whose hidden states come out: those of the readout, or those that no other layer reads. */
function readLayers({ layers, readout }: Network): readonly number[] {
  if (readout) return readout.layers;
  const isRead = new Set(layers.flatMap(({ reads }) => (reads === 'input' ? [] : reads)));
  return layers.flatMap((_, k) => (isRead.has(k) ? [] : [k]));
}

/** scores = V [h; …] + c, at every step or after the last one that each direction takes. */
function addReadout(main: Main, { steps, bias }: NonNullable<Network['readout']>, read: readonly PlacedLayer[]): void {
  const seen = steps === 'every' ? read.map(({ handedOn }) => handedOn) : read.map((layer) => lastOf(main, layer));
  const map = { name: 'V', from: 'read', to: 'scores', role: 'inner', structure: { kind: 'dense' } } as const;
  const product = linear(map, concat('read', seen));
  const scores = main.everywhere(bias ? product.plus(vector('c', 'scores')) : product);
  const outputs = main.widthOf('scores');
  if (steps === 'every') main.output(main.steps(scores, outputs), networkNames.scores, ['steps', 'batch', outputs]);
  else main.output(scores, networkNames.scores, ['batch', outputs]);
}

/** What a layer hands on after its last step, [batch, width]: at the start of the sequence in a reverse layer. */
function lastOf(main: Main, { layer, handedOn }: PlacedLayer): Expression {
  const last = variable(placedName(layer.name, 'last'), handedOn.size);
  const place = main.integers([layer.direction === 'forward' ? -1 : 0]);
  const column = main.apply('Gather', [handedOn.name, place], { axis: 0 });
  main.set([last], main.apply('Squeeze', [column, main.integers([0])]));
  return last;
}
