import { refreshFactors, type Program } from './majorantProgram';

/** ln of what a step multiplies a number by at most, or at least. */
const widest = 150 * Math.LN2;

/** Of what is added to a number, unless it is zero; what is less is rounded up. */
export const added = { least: 2 ** -320, most: 2 ** 300 };
const logMost = Math.log(added.most);

/** The factors of a program as plain numbers. */
export class PlainFactors {
  /** Those of blocks are relative to the power of two of the block. */
  readonly values: Float64Array;
  /** Of which logarithm each is exp: most have not changed since the last time. */
  private readonly known: Float64Array;
  private readonly spreads: Float64Array;
  private readonly ofBlocks: readonly { readonly block: number; readonly place: number }[];

  constructor(private readonly program: Program) {
    this.values = new Float64Array(program.logFactors.length);
    this.known = new Float64Array(program.logFactors.length).fill(-Infinity);
    this.spreads = new Float64Array(program.registers);
    this.ofBlocks = program.instructions.flatMap(({ first, sources, blocks }) =>
      blocks.map((block, k) => ({ block, place: first + sources.length + k })),
    );
  }

  /** Those of registers; false where a step could multiply a number by more than 2^150 or less than 2^−150. */
  refresh(): boolean {
    const { program, values, known, spreads } = this;
    const { instructions, logFactors } = program;
    refreshFactors(program);
    let all = 0;
    for (let n = 0; n < instructions.length; n++) {
      const { register, sources, first } = instructions[n]!;
      let spread = 0;
      for (let k = 0; k < sources.length; k++) {
        const log = logFactors[first + k]!;
        if (log !== known[first + k]) {
          known[first + k] = log;
          values[first + k] = Math.exp(log);
        }
        if (log !== -Infinity) spread = Math.max(spread, Math.abs(log) + spreads[sources[k]!]!);
      }
      // A sum of n is at most n times as large as each.
      spreads[register] = spread + sources.length;
      all = Math.max(all, spreads[register]);
    }
    return all <= widest;
  }

  /** Those of blocks, for these powers of two; the block of one that is too large for the power it has, null if none is. */
  tooLarge(exponents: Int32Array): { readonly block: number; readonly place: number } | null {
    for (let n = 0; n < this.ofBlocks.length; n++) {
      const { block, place } = this.ofBlocks[n]!;
      if (!(this.program.logFactors[place]! - exponents[block]! * Math.LN2 <= logMost)) return this.ofBlocks[n]!;
    }
    return null;
  }

  refreshBlocks(exponents: Int32Array): void {
    const { program, values, known } = this;
    for (let n = 0; n < this.ofBlocks.length; n++) {
      const { block, place } = this.ofBlocks[n]!;
      const log = program.logFactors[place]! - exponents[block]! * Math.LN2;
      if (log === known[place]) continue;
      known[place] = log;
      values[place] = log === -Infinity ? 0 : Math.max(added.least, Math.exp(log));
    }
  }
}
