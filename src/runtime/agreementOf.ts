import type { RecurrentLayer } from '../core/checkpoint';
import type { Agreement } from '../core/observations';
import type { LayerRun } from './modelRunner';

/** Compares hidden states and scores, run by run: ours by the equations that were read, theirs by the user's own model. */
export interface AgreementMeter {
  /** `ours` is [steps, batch, hidden size]; theirs may be the last computed step only. */
  readonly compare: (
    ours: Float32Array,
    theirs: LayerRun,
    layer: Pick<RecurrentLayer, 'direction' | 'hiddenSize'>,
  ) => void;
  /** Numbers in the same order. */
  readonly compareNumbers: (ours: Float32Array, theirs: Float32Array) => void;
  /** null when nothing was compared. */
  finish(peer: Agreement['peer']): Agreement | null;
}

export function createAgreementMeter(): AgreementMeter {
  let maxRelativeError = 0;
  let compared = 0;
  const compareNumbers = (ours: Float32Array, theirs: Float32Array): void => {
    if (ours.length !== theirs.length) {
      maxRelativeError = Infinity;
      return;
    }
    for (let k = 0; k < ours.length; k++) {
      const error = Math.abs(ours[k]! - theirs[k]!) / (1 + Math.abs(theirs[k]!));
      // A NaN on either side is no agreement, and would be lost in a maximum.
      if (!(error <= maxRelativeError)) maxRelativeError = Number.isNaN(error) ? Infinity : error;
    }
    compared += ours.length;
  };
  return {
    compare(ours, theirs, { direction, hiddenSize }) {
      const own = theirs.outputSteps === 'every' ? ours : lastComputed(ours, theirs, direction, hiddenSize);
      compareNumbers(own, theirs.output);
    },
    compareNumbers,
    finish: (peer) => (compared === 0 && maxRelativeError === 0 ? null : { maxRelativeError, compared, peer }),
  };
}

/** [batch, hidden size]: a forward layer computes the last step of a sequence last, a reverse layer the first one. */
function lastComputed(
  hidden: Float32Array,
  { steps, batch, lengths }: LayerRun,
  direction: RecurrentLayer['direction'],
  size: number,
): Float32Array {
  const last = new Float32Array(batch * size);
  for (let b = 0; b < batch; b++) {
    const step = direction === 'reverse' ? 0 : (lengths?.[b] ?? steps) - 1;
    if (step < 0) continue;
    last.set(hidden.subarray((step * batch + b) * size, (step * batch + b + 1) * size), b * size);
  }
  return last;
}
