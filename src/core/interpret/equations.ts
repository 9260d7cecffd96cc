import type { Cell } from '../cells/cell';
import { equationLines } from './equationsLines';
import { asMathMl } from './equationsMathMl';
import { asText } from './equationsText';

type Direction = 'forward' | 'reverse';

/**
 * Prints a cell as its equations, exactly as they are computed, one a line, such as `f = σ(W_f x + U_f h₋ + b_f)`; ₋ marks
 * the step before, which is the next one of the sequence in a layer that runs backwards. What is not in every textbook is
 * explained in lines after them.
 */
export const equations = (cell: Cell, direction: Direction = 'forward'): string[] =>
  equationLines(cell, direction).map(asText);

/** The same lines as presentation MathML, a `math` element each; the step before is t − 1, and t + 1 in reverse. */
export const equationsMathMl = (cell: Cell, direction: Direction = 'forward'): string[] =>
  equationLines(cell, direction).map((line) => asMathMl(line, direction === 'forward' ? '−' : '+'));
