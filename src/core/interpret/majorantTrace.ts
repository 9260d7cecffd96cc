import { logZero } from './logDomain';
import { setMax, type Size } from './majorantBounds';
import type { Moment, Moves } from './majorantMoves';

/** Numbers that a trace may hold: 64 MiB. */
const capacity = 2 ** 23;

/** Numbers that may be held for the next class too: 2 MiB. */
const keptCapacity = 2 ** 18;

/**
 * What the bounds of an expression were at every step, for the layers that read it. Steps are counted from 0. Where there are
 * too many to hold them all, neighbours share one entry, which holds for each of them.
 */
export class Trace {
  private readonly width: number;
  private readonly shared: number;
  /** ln of the Euclidean norm and of the largest entry. */
  private readonly sizes: Float64Array;
  private readonly mantissas: Float64Array;
  private readonly exponents: Int32Array;
  private readonly scratch: Moment;

  constructor(
    private readonly steps: number,
    readonly blocks: ReadonlyMap<string, number>,
  ) {
    this.width = blocks.size;
    this.shared = Math.max(1, Math.ceil((steps * (1.5 * this.width + 2)) / capacity));
    const entries = Math.ceil(steps / this.shared);
    this.sizes = new Float64Array(2 * entries).fill(logZero);
    this.mantissas = new Float64Array(this.width * entries);
    this.exponents = new Int32Array(this.width * entries);
    this.scratch = { mantissas: new Float64Array(this.width), exponents: new Int32Array(this.width), start: 0 };
  }

  /** Whether it may be kept for the next class. */
  get isSmall(): boolean {
    return this.steps * (1.5 * this.width + 2) <= keptCapacity;
  }

  /** One to write anew: this, where there are as many steps. */
  emptied(steps: number): Trace {
    if (steps !== this.steps) return new Trace(steps, this.blocks);
    this.sizes.fill(logZero);
    return this;
  }

  record(step: number, { logTwo, logInf }: Size, moves: Moves): void {
    const entry = Math.floor(step / this.shared);
    this.raiseSize(entry, logTwo, logInf);
    if (step % this.shared === 0) return moves.write(this.moment(step));
    moves.write(this.scratch);
    raise(this.moment(step), this.scratch, this.width);
  }

  /** Sets a size to what it was at a step; whether that changes it. */
  setSize(step: number, size: Size): boolean {
    const entry = Math.floor(step / this.shared);
    const [logTwo, logInf] = [this.sizes[2 * entry]!, this.sizes[2 * entry + 1]!];
    if (size.logTwo === logTwo && size.logInf === logInf) return false;
    setMax(size, logInf);
    size.logTwo = logTwo;
    return true;
  }

  /** How far it moved at a step. */
  moment(step: number): Moment {
    const start = Math.floor(step / this.shared) * this.width;
    return { mantissas: this.mantissas, exponents: this.exponents, start };
  }

  /** At each step what holds for it and all before. */
  largestSoFar(): Trace {
    const largest = new Trace(this.steps, this.blocks);
    largest.sizes.set(this.sizes);
    largest.mantissas.set(this.mantissas);
    largest.exponents.set(this.exponents);
    for (let step = this.shared; step < this.steps; step += this.shared) {
      const entry = step / this.shared;
      largest.raiseSize(entry, largest.sizes[2 * entry - 2]!, largest.sizes[2 * entry - 1]!);
      raise(largest.moment(step), largest.moment(step - 1), this.width);
    }
    return largest;
  }

  private raiseSize(entry: number, logTwo: number, logInf: number): void {
    this.sizes[2 * entry] = Math.max(this.sizes[2 * entry]!, logTwo);
    this.sizes[2 * entry + 1] = Math.max(this.sizes[2 * entry + 1]!, logInf);
  }
}

/** Makes coefficients no less than others. */
function raise(to: Moment, from: Moment, width: number): void {
  for (let k = 0; k < width; k++) {
    const [mantissa, exponent] = [from.mantissas[from.start + k]!, from.exponents[from.start + k]!];
    const place = to.start + k;
    const isLarger = mantissa === Infinity || mantissa * 2 ** (exponent - to.exponents[place]!) > to.mantissas[place]!;
    if (!isLarger && (mantissa === 0 || to.mantissas[place]! > 0)) continue;
    to.mantissas[place] = mantissa;
    to.exponents[place] = exponent;
  }
}
