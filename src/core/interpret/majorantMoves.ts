import { logMoves } from './majorantLogMoves';
import { PlainMoves } from './majorantPlainMoves';
import type { Program } from './majorantProgram';

/** Coefficients at one step: mantissas times powers of two, from `start` on a block each. */
export interface Moment {
  readonly mantissas: Float64Array;
  readonly exponents: Int32Array;
  readonly start: number;
}

/**
 * How far the variables of a program move with each block, step by step, and its results. The first variables are the states
 * before a step, and the first results the states after it; the last result is what is handed on.
 */
export interface Moves {
  /** Sets a variable to what was handed on elsewhere, whose blocks have these places here. */
  readonly read: (variable: number, from: Moment, places: Int32Array) => void;
  /** Takes a step; false where it changes nothing, null where it could not be taken and nothing was done. */
  readonly step: (factorsChanged: boolean) => boolean | null;
  /** Writes what was handed on at the last step. */
  readonly write: (to: Moment) => void;
  /** ln of the largest that a result has been, by block. */
  readonly logLargest: (result: number) => Float64Array;
}

/** What starts as `starts` says, the states one after the other, a number for each block. */
export function movesOf(program: Program, blocks: number, starts: Float64Array): Moves {
  const plain = new PlainMoves(program, blocks, starts);
  let moves: Moves = plain;
  return {
    read: (variable, from, places) => moves.read(variable, from, places),
    step(factorsChanged) {
      const hasChanged = moves.step(factorsChanged);
      if (hasChanged !== null) return hasChanged;
      moves = logMoves(program, blocks, plain.logs());
      return moves.step(true);
    },
    write: (to) => moves.write(to),
    logLargest: (result) => moves.logLargest(result),
  };
}
