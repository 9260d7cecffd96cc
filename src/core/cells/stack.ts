import { Problem } from '../problem';
import type { CellOptions } from './cellOptions';
import type { Cell } from './cell';
import { outputWidth, requireFit, type Network, type NetworkLayer } from './network';
import { cellWith } from './networkDescription';

/** A network of equal layers, one above the other. */
export interface StackRequest {
  readonly cell: string;
  readonly options: CellOptions;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  /** Two of each layer, of which one runs backward; the next ones and the readout see both. */
  readonly bidirectional: boolean;
  /** From the second layer on, each adds what it reads to what it puts out; of two directions, each a half of it. */
  readonly residual: boolean;
  /** How many scores there are; null: no readout. */
  readonly readout: number | null;
  readonly readoutSteps: 'last' | 'every' | 'mean';
}

/** Throws a Problem where the cell, an option or the sizes are impossible. */
export function stack(request: StackRequest): Network {
  const { cell: name, options, inputSize, hiddenSize, bidirectional, residual, readout, readoutSteps } = request;
  const cell = cellWith(name, options);
  if (residual && request.layers < 2)
    throw new Problem('Residual connections are between layers: choose at least two.');
  const layers: NetworkLayer[] = [];
  let below: readonly number[] = [];
  for (let k = 1; k <= request.layers; k++) {
    const size = k === 1 ? inputSize : inputSizeFor(cell, below.map((place) => layers[place]!), hiddenSize); // prettier-ignore
    const isResidual = residual && k > 1;
    const first: NetworkLayer = {
      ...{ name: `layer${k}`, cell, inputSize: size, hiddenSize, direction: 'forward' },
      reads: k === 1 ? 'input' : below,
      residual: isResidual && bidirectional ? { from: 0 } : isResidual,
    };
    const back: Partial<NetworkLayer> = { name: `${first.name}_reverse`, direction: 'reverse' };
    below = [layers.length, ...(bidirectional ? [layers.length + 1] : [])];
    layers.push(first);
    if (bidirectional) layers.push({ ...first, ...back, residual: isResidual && { from: outputWidth(first) } });
  }
  const network: Network = {
    inputSize: cell.sizes(inputSize, hiddenSize).input,
    layers,
    readout: readout === null ? null : { layers: below, steps: readoutSteps, outputs: readout, bias: true },
  };
  requireFit(network);
  return network;
}

/** The input size, as people name it, of a layer of this cell that reads these layers. */
function inputSizeFor(cell: Cell, below: readonly NetworkLayer[], hiddenSize: number): number {
  const width = below.reduce((total, layer) => total + outputWidth(layer), 0);
  // Grids of several channels hold a channel of every place together, so they do not lie side by side.
  const channels = cell.sizes(below[0]!.inputSize, hiddenSize)['channels'];
  if (channels === undefined) {
    requireSize(cell, width, hiddenSize);
    return width;
  }
  if (below.length === 1) return below[0]!.hiddenSize;
  throw new Problem(`Only one layer of the cell ${cell.name} can be bidirectional: two grids do not lie side by side.`);
}

/** A layer above a bidirectional one reads twice as much, in which size some cells do not come. */
function requireSize(cell: Cell, width: number, hiddenSize: number): void {
  try {
    cell.sizes(width, hiddenSize);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(`The second layer would read ${width} numbers a step. ${error.message}`);
  }
}
