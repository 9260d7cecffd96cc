import type { Instruction, Program } from './majorantProgram';

/** An instruction on plain numbers, whose factors can be added up: a sum reads each register once. */
export interface PlainInstruction extends Pick<Instruction, 'join' | 'register'> {
  readonly sources: Int32Array;
  readonly blocks: Int32Array;
  /** Where its factors begin: those of its sources, then those of its blocks. */
  readonly first: number;
  /** Which source each term of the program's own instruction reads, and where their factors begin there. */
  readonly terms: Int32Array;
  readonly firstTerm: number;
}

export function plainInstructions({ instructions }: Program): PlainInstruction[] {
  let end = 0;
  return instructions.map(({ join, register, sources, blocks, first: firstTerm }) => {
    const distinct = join === 'sum' ? [...new Set(sources)] : sources;
    const first = end;
    end += distinct.length + blocks.length;
    return {
      ...{ join, register, first, firstTerm },
      sources: Int32Array.from(distinct),
      blocks: Int32Array.from(blocks),
      terms: Int32Array.from(sources, (source, k) => (join === 'sum' ? distinct.indexOf(source) : k)),
    };
  });
}
