import { setMax, type Bounds } from './majorantBounds';
import { logZero } from './logDomain';

/** Numbers that a trace may hold: 64 MiB. */
const capacity = 2 ** 23;

/** What the bounds of an expression were at every step, for the layers that read it. */
export interface Trace {
  readonly record: (step: number, bounds: Bounds) => void;
  /** Sets `into` to the bounds at a step. */
  readonly at: (step: number, into: Bounds) => void;
  /** Sets `into` to bounds that hold for a step and all before it. */
  readonly upTo: (step: number, into: Bounds) => void;
}

/**
 * Steps are counted from 0. Where there are too many to hold them all, neighbours share one entry, which holds for each of
 * them.
 */
export function traceOf(steps: number, blocks: number): Trace {
  const width = blocks + 2;
  const shared = Math.max(1, Math.ceil((steps * width) / capacity));
  const entries = Math.ceil(steps / shared);
  const values = new Float64Array(entries * width).fill(logZero);
  let prefixes: Float64Array | null = null;

  const record = (step: number, { logTwo, logInf, moves }: Bounds): void => {
    const start = Math.floor(step / shared) * width;
    values[start] = Math.max(values[start]!, logTwo);
    values[start + 1] = Math.max(values[start + 1]!, logInf);
    for (let k = 0; k < blocks; k++) values[start + 2 + k] = Math.max(values[start + 2 + k]!, moves[k]!);
  };
  const read = (from: Float64Array, step: number, into: Bounds): void => {
    const start = Math.floor(step / shared) * width;
    setMax(into, from[start + 1]!);
    into.logTwo = from[start]!;
    into.moves.set(from.subarray(start + 2, start + width));
  };
  const largestSoFar = (): Float64Array => {
    const largest = values.slice();
    for (let k = width; k < largest.length; k++) largest[k] = Math.max(largest[k]!, largest[k - width]!);
    return largest;
  };
  return {
    record,
    at: (step, into) => read(values, step, into),
    upTo: (step, into) => read((prefixes ??= largestSoFar()), step, into),
  };
}
