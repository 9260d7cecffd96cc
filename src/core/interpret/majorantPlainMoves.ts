import type { LogState } from './majorantLogMoves';
import type { Moment, Moves } from './majorantMoves';
import { added, PlainFactors } from './majorantPlainFactors';
import { runPlain } from './majorantPlainRun';
import type { Program } from './majorantProgram';

/** Of the states of a block, the largest is kept between these. */
const mostState = 2 ** 300;
const leastState = 2 ** -50;
/** No result is less, unless it is zero: then the step is refused. */
const leastResult = 2 ** -100;

/**
 * Runs a program on plain numbers. The coefficients of one block share a power of two, which follows them when they grow or
 * shrink; `logs` gives them where they have come apart so far that this cannot be done.
 *
 * What is computed is never less than it should be, but for the rounding of each operation. Nothing overflows or underflows:
 * the numbers that a step begins with lie between 2^−320 and 2^300, and are taken 2^150 farther at most, in either direction,
 * so that even squares can be held. Only what is below 2^−320 is changed, to 2^−320. A result made of nothing else would be
 * less than 2^−170, and a step in which a result, not zero, is less than 2^−100 is refused; so it has added less than a share
 * of 2^−60 to any.
 *
 * It is a class because a network has many layers and is asked about often: methods are compiled once for all of them.
 */
export class PlainMoves implements Moves {
  private readonly states: number;
  private readonly variables: number;
  private readonly values: Float64Array;
  private readonly exponents: Int32Array;
  private readonly factors: PlainFactors;
  private readonly handedOn: Moment;
  /** The largest of each result since the exponent of its block last changed, and ln of the largest before. */
  private readonly recent: Float64Array;
  private readonly largest: readonly Float64Array[];
  private readonly next: Float64Array;
  private isStale = true;
  private hasShifted = true;
  private isBeyond = false;

  constructor(
    private readonly program: Program,
    private readonly blocks: number,
    starts: Float64Array,
  ) {
    const { results, registers, instructions } = program;
    this.states = results.length - 1;
    this.variables = registers - instructions.length;
    this.values = new Float64Array(registers * blocks);
    this.values.set(starts);
    this.exponents = new Int32Array(blocks);
    this.factors = new PlainFactors(program);
    this.handedOn = { mantissas: new Float64Array(blocks), exponents: new Int32Array(blocks), start: 0 };
    this.recent = new Float64Array(results.length * blocks);
    this.largest = results.map(() => new Float64Array(blocks).fill(-Infinity));
    this.next = new Float64Array(this.states);
  }

  read(variable: number, { mantissas, exponents: powers, start }: Moment, places: Int32Array): void {
    const { values, exponents } = this;
    for (let k = 0; k < places.length; k++) {
      const block = places[k]!;
      const place = variable * this.blocks + block;
      const mantissa = mantissas[start + k]!;
      let value = mantissa * powerOfTwo(powers[start + k]! - exponents[block]!);
      if (value > added.most && mantissa < Infinity) {
        this.shift(block, powers[start + k]! - exponents[block]! + Math.ceil(Math.log2(mantissa)));
        value = mantissa * powerOfTwo(powers[start + k]! - exponents[block]!);
      }
      if (value === Infinity) this.isBeyond = true;
      if (mantissa > 0 && value < added.least) value = added.least;
      if (values[place] === value) continue;
      values[place] = value;
      this.isStale = true;
    }
  }

  step(factorsChanged: boolean): boolean | null {
    if (!factorsChanged && !this.isStale) return false;
    if (this.isBeyond || (factorsChanged && !this.factors.refresh())) return null;
    if (factorsChanged || this.hasShifted) {
      for (let large = this.factors.tooLarge(this.exponents); large; large = this.factors.tooLarge(this.exponents)) {
        const log = this.program.logFactors[large.place]!;
        if (!(log < Infinity)) return null;
        this.shift(large.block, Math.ceil(log / Math.LN2) - this.exponents[large.block]!);
      }
      this.factors.refreshBlocks(this.exponents);
      this.hasShifted = false;
    }
    runPlain(this.program, this.factors.values, this.blocks, this.values);
    if (this.isRefused()) return null;
    this.isStale = false;
    const hasChanged = this.accept();
    this.isStale ||= hasChanged;
    return hasChanged;
  }

  write({ mantissas, exponents, start }: Moment): void {
    const { handedOn, blocks } = this;
    for (let k = 0; k < blocks; k++) {
      mantissas[start + k] = handedOn.mantissas[k]!;
      exponents[start + k] = handedOn.exponents[k]!;
    }
  }

  logLargest(result: number): Float64Array {
    for (let block = 0; block < this.blocks; block++) this.settle(block);
    return this.largest[result]!;
  }

  /** What the step that was refused begins with. */
  logs(): LogState {
    const variables = this.values.slice(0, this.variables * this.blocks);
    for (let k = 0; k < variables.length; k++) {
      variables[k] = Math.log(variables[k]!) + this.exponents[k % this.blocks]! * Math.LN2;
    }
    return { variables, largest: this.program.results.map((_, k) => this.logLargest(k)) };
  }

  private isRefused(): boolean {
    const { values, blocks } = this;
    for (const register of this.program.results) {
      for (let k = register * blocks; k < (register + 1) * blocks; k++) {
        if (values[k]! < leastResult && values[k]! !== 0) return true;
      }
    }
    return false;
  }

  /** Hands on the results; whether they change a state. */
  private accept(): boolean {
    const { values, recent, next, states, blocks, handedOn } = this;
    const { results } = this.program;
    let hasChanged = false;
    for (let block = 0; block < blocks; block++) {
      let top = 0;
      for (let k = 0; k <= states; k++) {
        const value = values[results[k]! * blocks + block]!;
        if (value > recent[k * blocks + block]!) recent[k * blocks + block] = value;
        if (k === states) {
          handedOn.mantissas[block] = value;
          handedOn.exponents[block] = this.exponents[block]!;
        } else {
          next[k] = value;
          if (value > top) top = value;
        }
      }
      for (let k = 0; k < states; k++) {
        if (values[k * blocks + block] === next[k]) continue;
        values[k * blocks + block] = next[k]!;
        hasChanged = true;
      }
      if (top > mostState || (top > 0 && top < leastState)) this.shift(block, Math.ceil(Math.log2(top)));
    }
    return hasChanged;
  }

  /** Makes a number of a block that is about 2^by one that is about 1. */
  private shift(block: number, by: number): void {
    const { values, variables, blocks } = this;
    this.settle(block);
    this.exponents[block]! += by;
    this.isStale = this.hasShifted = true;
    for (let place = block; place < variables * blocks; place += blocks) {
      if (values[place]! > 0) values[place] = Math.max(added.least, values[place]! * powerOfTwo(-by));
    }
  }

  private settle(block: number): void {
    const { largest, recent, blocks } = this;
    for (let k = 0; k < largest.length; k++) {
      const log = Math.log(recent[k * blocks + block]!) + this.exponents[block]! * Math.LN2;
      largest[k]![block] = Math.max(largest[k]![block]!, log);
      recent[k * blocks + block] = 0;
    }
  }
}

const mostPower = 1074;
const powers = Float64Array.from({ length: 2 * mostPower + 1 }, (_, k) => 2 ** (k - mostPower));

const powerOfTwo = (exponent: number): number =>
  exponent >= -mostPower && exponent <= mostPower ? powers[exponent + mostPower]! : exponent < 0 ? 0 : Infinity;
