import type { CheckpointRequest } from '../core/cells/checkpointRequest';
import { describedNetwork } from '../core/cells/networkDescription';
import { networkSizes, type Network } from '../core/cells/network';
import { parametersOf, storedShape } from '../core/cells/parametersOf';
import { readoutLayers } from '../core/cells/readout';
import { stack } from '../core/cells/stack';
import { Problem } from '../core/problem';
import { checkedOptions, parseNetwork } from '../formats/onnx/networkMetadata';

/** A network that can be written, and how many numbers it learns. */
export interface RequestedNetwork {
  readonly network: Network;
  /** What the file says about it, as JSON. */
  readonly description: string;
  readonly parameters: number;
}

/**
 * The one check of what people ask for, at a terminal or in VS Code: nothing is drawn or written before it. What it lets
 * through is read back as the same network.
 *
 * @throws Problem where a number is out of range, the cell, an option or the sizes are impossible, or the file would be too large.
 */
export function requestedNetwork(request: CheckpointRequest): RequestedNetwork {
  requireNumbers(request);
  const network = stack({ ...request, options: checkedOptions(request.options) });
  requireFloat32(request.options, 'option');
  requireNarrow(network);
  const parameters = learnedNumbers(network);
  if (parameters > mostNumbers) throw tooLarge();
  const description = JSON.stringify(describedNetwork(network));
  if (JSON.stringify(describedNetwork(parseNetwork(description))) !== description) {
    throw new Error('The description of a new network is read as another one.');
  }
  return { network, description, parameters };
}

export const tooLarge = (): Problem =>
  new Problem('The checkpoint would be larger than 2 GB, the most an ONNX file can hold: choose smaller sizes.');

/** The reader knows up to 256 layers, each direction counted; the sizes are beyond anyone's. */
function requireNumbers({ inputSize, hiddenSize, layers, readout, seed }: CheckpointRequest): void {
  const requireWhole = (value: number, what: string, least: number, most: number): void => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return;
    const range = `${least} to ${most.toLocaleString('en-US')}`;
    throw new Problem(`The ${what} must be a whole number from ${range}.`);
  };
  requireWhole(inputSize, 'input size', 1, 1_000_000);
  requireWhole(hiddenSize, 'hidden size', 1, 1_000_000);
  requireWhole(layers, 'number of layers', 1, 128);
  if (readout !== null) requireWhole(readout, 'number of scores', 1, 1_000_000);
  requireWhole(seed, 'seed', 0, Number.MAX_SAFE_INTEGER);
}

/** The graph computes with float32, in which a larger number is infinite and answers are NaN. */
function requireFloat32(value: unknown, path: string): void {
  if (typeof value === 'number' && !Number.isFinite(Math.fround(value))) {
    throw new Problem(`The ${path} is too large a number for float32: choose one below 3.4e38.`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) requireFloat32(part, path === 'option' ? `option ${key}` : path);
}

/** Every width is a tensor of the graph, such as the states before the first step: 2²⁴ numbers are 64 MB for each sequence. */
function requireNarrow(network: Network): void {
  for (const [size, width] of Object.entries(networkSizes(network))) {
    if (width <= mostWide) continue;
    const where = size === 'input' || size === 'read' ? 'The network' : `The layer ${size.split('.')[0]}`;
    throw new Problem(
      `${where} would have ${width.toLocaleString('en-US')} numbers side by side, more than ${mostWide.toLocaleString('en-US')}: choose smaller sizes or options.`,
    );
  }
}

const mostWide = 2 ** 24;

/** 2 GB of float32 numbers, and room for the graph. */
const mostNumbers = 2 ** 29 - 2 ** 20;

function learnedNumbers(network: Network): number {
  const { layers, readout } = network;
  const all = networkSizes(network);
  const ofReadout = (readout ? readoutLayers(readout) : []).reduce(
    (total, { map, bias, outputs }) => total + outputs * (all[map.from]! + Number(bias !== null)),
    0,
  );
  return layers.reduce((total, { cell, inputSize, hiddenSize }) => {
    const sizes = cell.sizes(inputSize, hiddenSize);
    const shapes = parametersOf(cell).map((parameter) => storedShape(parameter, sizes));
    return shapes.reduce((sum, { rows, columns }) => sum + rows * columns, total);
  }, ofReadout);
}
