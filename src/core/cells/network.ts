import type { Direction } from '../checkpoint';
import { Problem } from '../problem';
import type { Cell } from './cell';
import { concat, remade, slice, variable, type Expression, type Size } from './language';
import type { LinearMap, Structure } from './linearMap';
import { readoutSizes, type HiddenDense } from './readout';
import { widthOf } from './sizes';

/** One direction of one layer of a network; a bidirectional layer is two of these that read the same. */
export interface NetworkLayer {
  /** Goes before the names of its parameters, states and sizes: `layer1.W_f`. No two layers share one. */
  readonly name: string;
  readonly cell: Cell;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly direction: Direction;
  /** The input of the network, or what earlier layers hand on, side by side. */
  readonly reads: 'input' | readonly number[];
  /** What of that is added to what its cell puts out. */
  readonly residual: Residual;
}

/**
 * Of what a layer reads, what is added to what its cell puts out: nothing, all of it, or as many entries as the cell puts
 * out after `from` others. Of the two directions of a bidirectional layer, the forward one adds the first part: [y→; y←] + x.
 * So `from` follows from the direction and the widths, and is no choice that a bound would have to pay for (theory rule R8).
 */
export type Residual = boolean | { readonly from: number };

/** scores = V [h; …] + c, of what the named layers hand on, side by side; or the same behind other dense layers. */
export interface NetworkReadout {
  readonly layers: readonly number[];
  /**
   * `last`: after the last step that each direction takes, which is the first of the sequence in a reverse layer. `mean`: the
   * mean over all steps of the sequence is read, without padding.
   */
  readonly steps: 'last' | 'every' | 'mean';
  /** Dense layers in front of the last one, in their order. @default none */
  readonly hidden?: readonly HiddenDense[];
  readonly outputs: number;
  readonly bias: boolean;
}

/** A stack of recurrent layers and what reads them. */
export interface Network {
  readonly inputSize: number;
  readonly layers: readonly NetworkLayer[];
  readonly readout: NetworkReadout | null;
}

/** A layer in its place: its equations with the names of the network, and what it reads and hands on in those names. */
export interface PlacedLayer {
  readonly layer: NetworkLayer;
  /** Its `input` is a variable of its own, `layer1.x`; whoever computes gives it the value of `reads`. */
  readonly cell: Cell;
  /** Made of the variables that stand for the network's input (`x`) and for what earlier layers hand on. */
  readonly reads: Expression;
  /** What the layer hands on, `cell.output` or with a residual connection their sum, made of variables of this layer. */
  readonly handsOn: Expression;
  /** The variable by which later layers and the readout name what this layer hands on: `layer1.y`. */
  readonly handedOn: Expression;
}

export const networkInput = variable('x', 'input');

/** The name of something of a layer in a network. */
export const placedName = (layer: string, name: string): string => (name === 'one' ? name : `${layer}.${name}`);

/** A width that is named by its number is the same everywhere. */
const placedSize = (layer: string, size: Size): Size => (/^\d+$/.test(size) ? size : placedName(layer, size));

/** Throws a Problem where widths do not fit together. */
export function requireFit({ inputSize, layers }: Network): void {
  for (const layer of layers) {
    const { name, reads } = layer;
    const width = reads === 'input' ? inputSize : reads.reduce((total, k) => total + outputWidth(layers[k]!), 0);
    const wanted = layer.cell.sizes(layer.inputSize, layer.hiddenSize).input;
    if (width !== wanted) {
      throw new Problem(`The layer ${name} reads ${wanted} numbers a step, but is given ${width}.`);
    }
    requireWholeResidual(layer, wanted, layers);
  }
}

/** What a layer reads is added as a whole: by the layer alone, or by it and one of the other direction that reads the same. */
function requireWholeResidual(layer: NetworkLayer, wanted: number, layers: readonly NetworkLayer[]): void {
  if (layer.residual === false) return;
  const from = layer.residual === true ? 0 : layer.residual.from;
  const width = outputWidth(layer);
  if (from === 0 && width === wanted) return;
  const isForward = layer.direction === 'forward';
  const isOtherPart = (other: NetworkLayer): boolean =>
    typeof other.residual === 'object' &&
    other.residual.from === (isForward ? width : 0) &&
    (other.direction === 'forward') !== isForward &&
    String(other.reads) === String(layer.reads) &&
    width + outputWidth(other) === wanted;
  if (layer.residual !== true && from === (isForward ? 0 : wanted - width) && layers.some(isOtherPart)) return;
  const after = from === 0 ? '' : ` after the first ${from}`;
  throw new Problem(
    `The layer ${layer.name} cannot add its input to its output: they are ${wanted} and ${width} wide${after}, and no layer of the other direction adds just the rest.`,
  );
}

/** Throws a Problem where widths do not fit together. */
export function placedLayers(network: Network): readonly PlacedLayer[] {
  requireFit(network);
  const placed: PlacedLayer[] = [];
  for (const layer of network.layers) {
    const { name, reads, residual } = layer;
    const cell = placedCell(layer.cell, name);
    const read: readonly Expression[] = reads === 'input' ? [networkInput] : reads.map((k) => placed[k]!.handedOn);
    placed.push({
      layer,
      cell,
      reads: concat(cell.input.size, read),
      handsOn: withResidual(cell, residual).output,
      handedOn: variable(placedName(name, 'y'), cell.output.size),
    });
  }
  return placed;
}

/** The widths of all layers of a network, by their names in it. */
export function networkSizes({ inputSize, layers, readout }: Network): Readonly<Record<Size, number>> {
  const sizes: Record<Size, number> = { input: inputSize };
  for (const { name, cell, ...layer } of layers) {
    for (const [size, width] of Object.entries(cell.sizes(layer.inputSize, layer.hiddenSize))) {
      sizes[placedName(name, size)] = width;
    }
  }
  if (readout) {
    for (const [size, width] of readoutSizes(readout)) sizes[size] = width;
    sizes['read'] = readout.layers.reduce((total, k) => total + outputWidth(layers[k]!), 0);
  }
  return sizes;
}

/** The same cell with what it reads, or a part of that, added to what it puts out. */
export function withResidual(cell: Cell, residual: Residual): Cell {
  if (residual === false) return cell;
  const { input, output } = cell;
  const added =
    residual === true
      ? concat(output.size, [input])
      : slice(input, residual.from === 0 ? [] : [String(residual.from)], output.size);
  return { ...cell, output: output.plus(added) };
}

/** How many numbers a layer hands on at every step. */
export const outputWidth = ({ cell, inputSize, hiddenSize }: NetworkLayer): number =>
  widthOf(cell.sizes(inputSize, hiddenSize), cell.output.size);

/** The same cell with its parameters, states and sizes renamed. */
export function placedCell(cell: Cell, layer: string): Cell {
  const renamed = new Map<Expression, Expression>();
  const rename = (e: Expression): Expression => {
    const found = renamed.get(e);
    if (found) return found;
    const result = remade(e, e.operands.map(rename), {
      size: placedSize(layer, e.size),
      name: e.name && placedName(layer, e.name),
      matrix: e.matrix && placedMatrix(e.matrix, layer),
      skipped: e.skipped.map((size) => placedSize(layer, size)),
      meaning: e.meaning && rename(e.meaning),
    });
    renamed.set(e, result);
    return result;
  };
  return {
    ...cell,
    storedTwice: cell.storedTwice.map((name) => placedName(layer, name)),
    input: rename(cell.input) as Cell['input'],
    states: cell.states.map(({ name, before, after }) => ({
      name: placedName(layer, name),
      before: rename(before),
      after: rename(after),
    })),
    output: rename(cell.output),
    gates: Object.fromEntries(Object.entries(cell.gates).map(([gate, e]) => [gate, rename(e)])),
    // It speaks of the expressions as they were.
    notation: {},
  };
}

function placedMatrix({ name, from, to, role, structure }: LinearMap, layer: string): LinearMap {
  const place = (size: Size): Size => placedSize(layer, size);
  const both = ([p, q]: readonly [Size, Size]): [Size, Size] => [place(p), place(q)];
  const placed: Structure =
    structure.kind === 'convolution'
      ? { ...structure, grid: both(structure.grid), channels: both(structure.channels) }
      : structure;
  return { name: placedName(layer, name), from: place(from), to: place(to), role, structure: placed };
}
