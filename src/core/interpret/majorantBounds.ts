import { logTimes, logZero } from './logDomain';
import type { VectorRadii } from './majorantClass';

/** What is known of one expression at one step. */
export interface Bounds {
  /** ln of a bound of its Euclidean norm. */
  logTwo: number;
  /** ln of a bound of its largest absolute entry. */
  logInf: number;
  /** These two enclose every entry; where an entry is too large to be held as a number, they are infinite. */
  low: number;
  high: number;
  /** ln of the coefficient of each block, by its place. */
  readonly moves: Float64Array;
}

/** Zero, which no block moves. */
export function still(blocks: number): Bounds {
  return { logTwo: logZero, logInf: logZero, low: 0, high: 0, moves: new Float64Array(blocks).fill(logZero) };
}

export const copyOf = (bounds: Bounds): Bounds => ({ ...bounds, moves: bounds.moves.slice() });

export function assign(to: Bounds, { logTwo, logInf, low, high, moves }: Bounds): void {
  Object.assign(to, { logTwo, logInf, low, high });
  to.moves.set(moves);
}

/** Makes `largest` hold for whatever either of the two holds for; its range is left alone. */
export function enlarge(largest: Bounds, { logTwo, logInf, moves }: Bounds): void {
  largest.logTwo = Math.max(largest.logTwo, logTwo);
  largest.logInf = Math.max(largest.logInf, logInf);
  for (let k = 0; k < moves.length; k++) largest.moves[k] = Math.max(largest.moves[k]!, moves[k]!);
}

export function isSame(a: Bounds, b: Bounds): boolean {
  if (a.logTwo !== b.logTwo || a.logInf !== b.logInf || a.low !== b.low || a.high !== b.high) return false;
  for (let k = 0; k < a.moves.length; k++) if (a.moves[k] !== b.moves[k]) return false;
  return true;
}

export function setRadii(bounds: Bounds, { two, inf, high = inf }: VectorRadii): void {
  setMax(bounds, Math.log(inf));
  bounds.logTwo = Math.log(two);
  bounds.high = Math.min(bounds.high, high);
}

/** The entries are known to be at most exp(logInf) in absolute value, and nothing else. */
export function setMax(bounds: Bounds, logInf: number): void {
  bounds.logInf = logInf;
  bounds.high = Math.exp(logInf);
  bounds.low = -bounds.high;
}

/** A largest absolute value that is computed as less may have been too small to be held. */
const leastHeld = 1e-290;

/** The entries are known to lie between two numbers, and in absolute value not to exceed exp(logInf). */
export function setRange(bounds: Bounds, low: number, high: number, logInf: number): void {
  bounds.low = low;
  bounds.high = high;
  bounds.logInf = Math.min(logInf, Math.log(Math.max(Math.abs(low), Math.abs(high), leastHeld)));
}

/** What moves `from` by δ moves `to` by at most exp(logSlope) δ. */
export function moveBy(to: Float64Array, logSlope: number, from: Float64Array): void {
  for (let k = 0; k < to.length; k++) to[k] = logTimes(logSlope, from[k]!);
}

export const sizeIn = (p: 2 | 'inf', { logTwo, logInf }: Bounds): number => (p === 2 ? logTwo : logInf);
