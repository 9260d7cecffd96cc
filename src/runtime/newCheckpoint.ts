import type { CheckpointRequest } from '../core/cells/checkpointRequest';
import { initialNetwork } from '../core/cells/initialNetwork';
import { Problem } from '../core/problem';
import { networkKey } from '../formats/onnx/networkMetadata';
import { version } from '../version';
import { networkModel } from './networkModel';
import { requestedNetwork, tooLarge } from './requestedNetwork';

/** An untrained network as an ONNX model. */
export interface NewCheckpoint {
  readonly bytes: Uint8Array;
  /** How many numbers it learns. */
  readonly parameters: number;
}

/**
 * The ONNX model of an untrained network, with its description among the metadata. The same request gives the same bytes.
 *
 * @throws Problem where the request is impossible, or the machine has not enough memory for it.
 */
export function newCheckpoint(request: CheckpointRequest): NewCheckpoint {
  const { network, description, parameters } = requestedNetwork(request);
  const metadata = new Map([
    [networkKey, description],
    ['recurscope.version', version],
    ['recurscope.seed', String(request.seed)],
  ]);
  const bytes = inMemory(() => networkModel(network, initialNetwork(network, request.seed), metadata));
  // A network that learns little may still need large tables: where everything of a grid goes, for one.
  if (bytes.length >= 2 ** 31) throw tooLarge();
  return { bytes, parameters };
}

/** An array that cannot be allocated is a RangeError, and nothing else here is one. */
function inMemory<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError) || !/allocation|array.*length/i.test(error.message)) throw error;
    throw new Problem('This machine has not enough memory to make the checkpoint: choose smaller sizes.');
  }
}
