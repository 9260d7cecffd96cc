import type { Declarations } from '../declarations';
import { Problem } from '../problem';

/** Indices of the sequences that trained the checkpoint and of those it has never seen. */
export interface Split {
  readonly training: readonly number[];
  readonly heldOut: readonly number[];
}

/**
 * The data file's own `holdout` mask decides; without one, the sidecar's range; without either, everything trained the
 * checkpoint, which is the assumption that costs. Data declared as not trained on are held out as a whole.
 */
export function split(count: number, holdout: Uint8Array | null, declarations: Declarations): Split {
  const { heldOut: range, trainedOnData = true } = declarations;
  if (range && (range.from >= count || (range.to ?? count) > count || (range.to ?? count) <= range.from)) {
    throw new Problem(
      `heldOut in the sidecar is from ${range.from} to ${range.to ?? count}, but there are ${count} sequences: use 0 ≤ from < to ≤ ${count}.`,
    );
  }
  const isHeldOut = (k: number): boolean => {
    if (!trainedOnData) return true;
    if (holdout) return holdout[k] === 1;
    return range !== undefined && k >= range.from && k < (range.to ?? count);
  };
  const training: number[] = [];
  const heldOut: number[] = [];
  for (let k = 0; k < count; k++) (isHeldOut(k) ? heldOut : training).push(k);
  return { training, heldOut };
}
