import type { RecurrentLayer } from '../core/checkpoint';
import type { Agreement } from '../core/observations';
import type { LayerRun } from './modelRunner';

/**
 * Compares hidden states and scores, run by run: ours by the equations that were read, theirs by the user's own model. Of a
 * sequence whose hidden states overflow in the user's model, the hidden states before that are compared, and no scores;
 * `beforeOverflow` says for each sequence how many steps these are (null: all).
 */
export interface AgreementMeter {
  /** `ours` is [steps, batch, width]; theirs may be the last computed step only. */
  readonly compare: (
    ours: Float32Array,
    theirs: LayerRun,
    layer: Pick<RecurrentLayer, 'direction'>,
    beforeOverflow?: Int32Array | null,
  ) => void;
  /** Scores in the same order, sequence by sequence; ours may be the first of them only. */
  readonly compareScores: (
    ours: Float32Array,
    theirs: { readonly steps: number; readonly width: number; readonly values: Float32Array },
    modelSteps: number,
    beforeOverflow: Int32Array | null,
  ) => void;
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
    compare(ours, theirs, { direction }, beforeOverflow = null) {
      const { steps, batch, output, outputSteps } = theirs;
      const size = ours.length / (steps * batch);
      const own = outputSteps === 'every' ? ours : lastComputed(ours, theirs, direction, size);
      if (beforeOverflow === null || own.length !== output.length) return compareNumbers(own, output);
      const shown = outputSteps === 'every' ? steps : 1;
      for (let row = 0; row < shown * batch; row++) {
        const step = Math.floor(row / batch);
        const computed = shown === steps && direction === 'forward' ? step : steps - 1 - step;
        if (computed >= beforeOverflow[row % batch]!) continue;
        compareNumbers(own.subarray(row * size, (row + 1) * size), output.subarray(row * size, (row + 1) * size));
      }
    },
    compareScores(ours, { steps, width, values }, modelSteps, beforeOverflow) {
      const each = steps * width;
      for (let from = 0, b = 0; from < ours.length; from += each, b++) {
        if (beforeOverflow !== null && beforeOverflow[b]! < modelSteps) continue;
        const to = Math.min(from + each, ours.length);
        compareNumbers(ours.subarray(from, to), values.subarray(from, to));
      }
    },
    finish: (peer) => (compared === 0 && maxRelativeError === 0 ? null : { maxRelativeError, compared, peer }),
  };
}

/** [batch, width]: a forward layer computes the last step of a sequence last, a reverse layer the first one. */
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
