import { logZero } from './logDomain';
import type { VectorRadii } from './majorantClass';
import { unmoved, type Movement } from './majorantMovement';

/** How large something can get. */
export interface Size {
  /** ln of a bound of its Euclidean norm. */
  logTwo: number;
  /** ln of a bound of its largest absolute entry. */
  logInf: number;
  /** These two enclose every entry; where an entry is too large to be held as a number, they are infinite. */
  low: number;
  high: number;
}

/** What is known of one expression at one step. */
export interface Bounds extends Size {
  movement: Movement;
}

/** Zero, which no block moves. */
export const still = (): Bounds => ({ logTwo: logZero, logInf: logZero, low: 0, high: 0, movement: unmoved() });

export function assignSize(to: Size, { logTwo, logInf, low, high }: Size): void {
  to.logTwo = logTwo;
  to.logInf = logInf;
  to.low = low;
  to.high = high;
}

/** Makes `largest` hold for whatever either of the two holds for; its range is left alone. */
export function enlarge(largest: Size, { logTwo, logInf }: Size): void {
  largest.logTwo = Math.max(largest.logTwo, logTwo);
  largest.logInf = Math.max(largest.logInf, logInf);
}

export const isSameSize = (a: Size, b: Size): boolean =>
  a.logTwo === b.logTwo && a.logInf === b.logInf && a.low === b.low && a.high === b.high;

export function setRadii(size: Size, { two, inf, high = inf }: VectorRadii): void {
  setMax(size, Math.log(inf));
  size.logTwo = Math.log(two);
  size.high = Math.min(size.high, high);
}

/** The entries are known to be at most exp(logInf) in absolute value, and nothing else. */
export function setMax(size: Size, logInf: number): void {
  size.logInf = logInf;
  size.high = Math.exp(logInf);
  size.low = -size.high;
}

/** A largest absolute value that is computed as less may have been too small to be held. */
const leastHeld = 1e-290;

/** The entries are known to lie between two numbers, and in absolute value not to exceed exp(logInf). */
export function setRange(size: Size, low: number, high: number, logInf: number): void {
  size.low = low;
  size.high = high;
  size.logInf = Math.min(logInf, Math.log(Math.max(Math.abs(low), Math.abs(high), leastHeld)));
}

export const sizeIn = (p: 2 | 'inf', { logTwo, logInf }: Size): number => (p === 2 ? logTwo : logInf);
