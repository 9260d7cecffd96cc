import type { Direction } from '../checkpoint';
import { Problem } from '../problem';
import { requireFit, type Network, type NetworkLayer, type NetworkReadout } from './network';
import type { Activation } from './activation';
import type { Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { cellNamed, cellNames, type CellName } from './cells';

/** One layer of a network, without anything that can run: its cell by name. */
export interface LayerDescription {
  /** Goes before the names of its parameters: `layer1.W_f`. @minLength 1 @maxLength 64 */
  name: string;
  /** The name of its cell in the list of cells. */
  cell: string;
  /** Every option that the cell knows. */
  options: CellOptions;
  /** @minimum 1 @maximum 1000000000 @asType integer */
  inputSize: number;
  /** @minimum 1 @maximum 1000000000 @asType integer */
  hiddenSize: number;
  direction: Direction;
  /** The input of the network, or the places of earlier layers in the list. */
  reads: 'input' | number[];
  /**
   * Whether what the layer reads is added to what its cell puts out; of two directions that read the same, each adds as many
   * entries as it puts out.
   */
  residual: boolean | ResidualPart;
}

/** Which part of what a layer reads is added. */
export interface ResidualPart {
  /** How many entries come before it. @minimum 0 @maximum 1000000000 @asType integer */
  from: number;
}

/** A dense layer: activation(V u + c). */
export interface DenseDescription {
  /** @minimum 1 @maximum 1000000000 @asType integer */
  units: number;
  activation: Activation;
  bias: boolean;
}

/** A network as a file describes it; its weights stand beside it under the names of the equations. */
export interface NetworkDescription {
  /** The version of this description. */
  version: 1;
  /** Numbers that the network reads at every step. @minimum 1 @maximum 1000000000 @asType integer */
  inputSize: number;
  /** @minItems 1 @maxItems 256 */
  layers: LayerDescription[];
  readout: {
    /** The places in the list of the layers that are read, side by side. @minItems 1 @maxItems 256 */
    layers: number[];
    steps: 'last' | 'every' | 'mean';
    /** Dense layers in front of the last one. @maxItems 64 @default none */
    hidden?: DenseDescription[];
    /** @minimum 1 @maximum 1000000000 @asType integer */
    outputs: number;
    bias: boolean;
  } | null;
}

export function describedNetwork({ inputSize, layers, readout }: Network): NetworkDescription {
  return {
    version: 1,
    inputSize,
    layers: layers.map(({ name, cell, inputSize, hiddenSize, direction, reads, residual }) => ({
      ...{ name, cell: cell.name, options: cell.options, inputSize, hiddenSize, direction },
      reads: reads === 'input' ? reads : [...reads],
      residual: typeof residual === 'object' ? { from: residual.from } : residual,
    })),
    readout: readout && describedReadout(readout),
  };
}

function describedReadout({ layers, hidden, ...readout }: NetworkReadout): NetworkDescription['readout'] {
  const several = hidden && { hidden: hidden.map((dense) => ({ ...dense })) };
  return { layers: [...layers], ...readout, ...several };
}

/** Throws a Problem where a cell is unknown, does not know an option or its value, or layers do not fit together. */
export function networkOf({ inputSize, layers, readout }: NetworkDescription): Network {
  const names = new Set(layers.map(({ name }) => name));
  if (names.size !== layers.length) throw new Problem('Two layers have the same name.');
  for (const [k, { name, reads }] of layers.entries()) {
    if (reads !== 'input' && !arePlaces(reads, k))
      throw new Problem(`The layer ${name} reads a layer that is not before it.`);
  }
  if (readout && !arePlaces(readout.layers, layers.length))
    throw new Problem('The readout reads a layer that is not there.');
  const network: Network = {
    inputSize,
    layers: layers.map(({ cell, options, ...layer }) => ({ ...layer, cell: cellWith(cell, options) })),
    readout,
  };
  network.layers.forEach(requireWholeWidths);
  requireFit(network);
  return network;
}

/** Options such as the grid of a ConvLSTM are widths too. */
function requireWholeWidths({ name, cell, inputSize, hiddenSize }: NetworkLayer): void {
  const sizes = cell.sizes(inputSize, hiddenSize);
  const isWhole = Object.values(sizes).every((width) => Number.isSafeInteger(width) && width >= 0);
  if (isWhole && sizes.input > 0 && sizes.hidden > 0) return;
  throw new Problem(`The layer ${name} would not be a whole number of units wide: correct its sizes and options.`);
}

const arePlaces = (places: readonly number[], end: number): boolean =>
  places.length > 0 && places.every((place) => Number.isInteger(place) && place >= 0 && place < end);

/** Throws a Problem where the cell is unknown or does not know an option. */
export function cellWith(name: string, options: CellOptions): Cell {
  if (!isCellName(name)) throw new Problem(`There is no cell ${name}; there are ${cellNames.join(', ')}.`);
  const cell = cellNamed(name, options);
  const known = Object.keys(cell.options);
  const foreign = Object.keys(options).find((option) => !known.includes(option));
  if (foreign === undefined) return cell;
  throw new Problem(`The cell ${name} has no option ${foreign}; it has ${known.join(', ')}.`);
}

const isCellName = (name: string): name is CellName => (cellNames as readonly string[]).includes(name);
