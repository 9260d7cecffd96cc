import type { CheckpointRequest } from '../core/cells/checkpointRequest';
import { initialNetwork } from '../core/cells/initialNetwork';
import { describedNetwork } from '../core/cells/networkDescription';
import { networkSizes, type Network } from '../core/cells/network';
import { parametersOf, storedShape } from '../core/cells/parametersOf';
import { stack } from '../core/cells/stack';
import { Problem } from '../core/problem';
import { checkedOptions, networkKey } from '../formats/onnx/networkMetadata';
import { version } from '../version';
import { networkModel } from './networkModel';

/** An untrained network as an ONNX model. */
export interface NewCheckpoint {
  readonly bytes: Uint8Array;
  /** How many numbers it learns. */
  readonly parameters: number;
}

/**
 * The ONNX model of an untrained network, with its description among the metadata. The same request gives the same bytes.
 *
 * @throws Problem where the cell, an option or the sizes are impossible, or the file would be too large.
 */
export function newCheckpoint(request: CheckpointRequest): NewCheckpoint {
  const network = stack({ ...request, options: checkedOptions(request.options) });
  const parameters = learnedNumbers(network);
  if (parameters > mostNumbers) {
    throw new Problem(
      'The checkpoint would be larger than 2 GB, the most an ONNX file can hold: choose smaller sizes.',
    );
  }
  const metadata = new Map([
    [networkKey, JSON.stringify(describedNetwork(network))],
    ['recurscope.version', version],
    ['recurscope.seed', String(request.seed)],
  ]);
  return { bytes: networkModel(network, initialNetwork(network, request.seed), metadata), parameters };
}

/** 2 GB of float32 numbers, and room for the graph. */
const mostNumbers = 2 ** 29 - 2 ** 20;

function learnedNumbers(network: Network): number {
  const { layers, readout } = network;
  const ofReadout = readout ? readout.outputs * (networkSizes(network)['read']! + Number(readout.bias)) : 0;
  return layers.reduce((total, { cell, inputSize, hiddenSize }) => {
    const sizes = cell.sizes(inputSize, hiddenSize);
    const shapes = parametersOf(cell).map((parameter) => storedShape(parameter, sizes));
    return shapes.reduce((sum, { rows, columns }) => sum + rows * columns, total);
  }, ofReadout);
}
