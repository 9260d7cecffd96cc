import type { Cell } from '../cells/cell';
import { equationLines } from './equationsLines';
import { asMathMl } from './equationsMathMl';
import { asText } from './equationsText';

/**
 * Prints a cell as its equations, exactly as they are computed, one a line, such as `f = σ(W_f x + U_f h₋ + b_f)`; ₋ marks
 * the step before. What is not in every textbook is explained in lines after them.
 */
export const equations = (cell: Cell): string[] => equationLines(cell).map(asText);

/** The same lines as presentation MathML, a `math` element each; the step before is t − 1. */
export const equationsMathMl = (cell: Cell): string[] => equationLines(cell).map(asMathMl);
