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
  /** The registers that hold results, each once, and which of these each result is. */
  private readonly kept: Int32Array;
  private readonly nextOf: Int32Array;
  /** The largest of each of these since the exponent of its block last changed, and ln of the largest before. */
  private readonly recent: Float64Array;
  private readonly largest: readonly Float64Array[];
  /** What they held after the last step, and the exponents then. */
  private readonly next: Float64Array;
  private readonly handedOn: Int32Array;
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
    this.kept = Int32Array.from(new Set(results));
    this.nextOf = Int32Array.from(results, (register) => this.kept.indexOf(register));
    this.recent = new Float64Array(this.kept.length * blocks);
    this.largest = Array.from(this.kept, () => new Float64Array(blocks).fill(-Infinity));
    this.next = new Float64Array(this.kept.length * blocks);
    this.handedOn = new Int32Array(blocks);
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
      for (let large = this.factors.refreshBlocks(this.exponents); large;) {
        if (!(large.log < Infinity)) return null;
        this.shift(large.block, Math.ceil(large.log / Math.LN2) - this.exponents[large.block]!);
        large = this.factors.refreshBlocks(this.exponents);
      }
      this.hasShifted = false;
    }
    runPlain(this.factors.instructions, this.factors.values, this.blocks, this.values);
    if (!this.canHold()) return null;
    this.isStale = false;
    const hasChanged = this.accept();
    this.isStale ||= hasChanged;
    return hasChanged;
  }

  write({ mantissas, exponents, start }: Moment): void {
    const { next, nextOf, handedOn, states, blocks } = this;
    const from = nextOf[states]! * blocks;
    for (let k = 0; k < blocks; k++) {
      mantissas[start + k] = next[from + k]!;
      exponents[start + k] = handedOn[k]!;
    }
  }

  logLargest(result: number): Float64Array {
    for (let block = 0; block < this.blocks; block++) this.settle(block);
    return this.largest[this.nextOf[result]!]!;
  }

  /** What the step that was refused begins with. */
  logs(): LogState {
    const variables = this.values.slice(0, this.variables * this.blocks);
    for (let k = 0; k < variables.length; k++) {
      variables[k] = Math.log(variables[k]!) + this.exponents[k % this.blocks]! * Math.LN2;
    }
    return { variables, largest: this.program.results.map((_, k) => this.logLargest(k)) };
  }

  /** Whether no result is too small. */
  private canHold(): boolean {
    const { values, blocks, kept } = this;
    for (let n = 0; n < kept.length; n++) {
      const from = kept[n]! * blocks;
      for (let place = from; place < from + blocks; place++) {
        if (values[place]! < leastResult && values[place] !== 0) return false;
      }
    }
    return true;
  }

  /** Hands on the results; whether they change a state. */
  private accept(): boolean {
    const { values, recent, next, nextOf, states, blocks, kept, handedOn, exponents } = this;
    for (let n = 0; n < kept.length; n++) {
      const [from, to] = [kept[n]! * blocks, n * blocks];
      for (let block = 0; block < blocks; block++) {
        const value = values[from + block]!;
        next[to + block] = value;
        if (value > recent[to + block]!) recent[to + block] = value;
      }
    }
    handedOn.set(exponents);
    let [hasChanged, isExtreme] = [false, false];
    for (let k = 0; k < states; k++) {
      const [from, to] = [nextOf[k]! * blocks, k * blocks];
      for (let block = 0; block < blocks; block++) {
        const value = next[from + block]!;
        if (value !== values[to + block]) hasChanged = true;
        if (value > mostState || value < leastState) isExtreme = true;
        values[to + block] = value;
      }
    }
    if (isExtreme) this.rescale();
    return hasChanged;
  }

  /** Gives blocks whose largest state is too large, or too small, another power of two. */
  private rescale(): void {
    const { values, states, blocks } = this;
    for (let block = 0; block < blocks; block++) {
      let top = 0;
      for (let place = block; place < states * blocks; place += blocks) top = Math.max(top, values[place]!);
      if (top > mostState || (top > 0 && top < leastState)) this.shift(block, Math.ceil(Math.log2(top)));
    }
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
