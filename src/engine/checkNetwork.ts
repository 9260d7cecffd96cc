import type { CheckpointRequest } from '../core/cells/checkpointRequest';
import { Problem } from '../core/problem';
import { requestedNetwork } from '../runtime/requestedNetwork';

/** What is wrong with a network that is asked for, in one sentence; null: nothing. */
export function checkNetwork(network: CheckpointRequest): string | null {
  try {
    requestedNetwork(network);
    return null;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}
