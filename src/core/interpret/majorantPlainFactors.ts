import { plainInstructions, type PlainInstruction } from './majorantPlainInstruction';
import { refreshFactors, type Program } from './majorantProgram';

/** ln of what a step multiplies a number by at most, or at least. */
const widest = 150 * Math.LN2;

/** Of what is added to a number, unless it is zero; what is less is rounded up. */
export const added = { least: 2 ** -320, most: 2 ** 300 };
const logMost = Math.log(added.most);

/** The factors of a program as plain numbers. */
export class PlainFactors {
  readonly instructions: readonly PlainInstruction[];
  /** Those of blocks are relative to the power of two of the block. */
  readonly values: Float64Array;
  /** Of which logarithm each is exp: most have not changed since the last time. */
  private readonly known: Float64Array;
  private readonly terms: Float64Array;
  private readonly spreads: Float64Array;
  /** Of every factor of a block its place, its block, and its place among the values. */
  private readonly places: Int32Array;
  private readonly blocks: Int32Array;
  private readonly slots: Int32Array;

  constructor(private readonly program: Program) {
    this.instructions = plainInstructions(program);
    this.values = new Float64Array(program.logFactors.length);
    this.known = new Float64Array(program.logFactors.length).fill(-Infinity);
    this.terms = new Float64Array(program.logFactors.length);
    this.spreads = new Float64Array(program.registers);
    const own = program.instructions.flatMap(({ first, sources, blocks }, n) =>
      blocks.map((block, k) => ({
        ...{ block, place: first + sources.length + k },
        slot: this.instructions[n]!.first + this.instructions[n]!.sources.length + k,
      })),
    );
    this.places = Int32Array.from(own, ({ place }) => place);
    this.blocks = Int32Array.from(own, ({ block }) => block);
    this.slots = Int32Array.from(own, ({ slot }) => slot);
  }

  /** Those of registers; false where a step could multiply a number by more than 2^150 or less than 2^−150. */
  refresh(): boolean {
    const { program, instructions, values, known, terms, spreads } = this;
    const { logFactors } = program;
    refreshFactors(program);
    let all = 0;
    for (let n = 0; n < instructions.length; n++) {
      const { register, sources, first, terms: read, firstTerm } = instructions[n]!;
      for (let k = 0; k < sources.length; k++) values[first + k] = 0;
      let spread = 0;
      for (let k = 0; k < read.length; k++) {
        const log = logFactors[firstTerm + k]!;
        if (log !== known[firstTerm + k]) {
          known[firstTerm + k] = log;
          terms[firstTerm + k] = Math.exp(log);
        }
        values[first + read[k]!]! += terms[firstTerm + k]!;
        if (log !== -Infinity) spread = Math.max(spread, Math.abs(log) + spreads[sources[read[k]!]!]!);
      }
      // A sum of n is at most n times as large as each.
      spreads[register] = spread + read.length;
      all = Math.max(all, spreads[register]);
    }
    return all <= widest;
  }

  /** Those of blocks, for these powers of two; a block for whose power one is too large, and ln of that, null if there is none. */
  refreshBlocks(exponents: Int32Array): { readonly block: number; readonly log: number } | null {
    const { program, values, known, places, blocks, slots } = this;
    const { logFactors } = program;
    for (let n = 0; n < places.length; n++) {
      const [place, block] = [places[n]!, blocks[n]!];
      const log = logFactors[place]! - exponents[block]! * Math.LN2;
      if (log === known[place]) continue;
      if (!(log <= logMost)) return { block, log: logFactors[place]! };
      known[place] = log;
      values[slots[n]!] = log === -Infinity ? 0 : Math.max(added.least, Math.exp(log));
    }
    return null;
  }
}
