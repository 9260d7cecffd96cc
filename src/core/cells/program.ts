import { roots, type Cell } from './cell';
import { inOrder, type Expression } from './language';

/** One expression of a cell, its operands given by their places in the list. */
export interface Instruction {
  readonly expression: Expression;
  readonly operands: readonly number[];
}

/** The equations of a cell as a list: every expression once, and operands before what uses them. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly input: number;
  /** The places of each state before and after the step, in the order of the cell's states. */
  readonly states: readonly { readonly before: number; readonly after: number }[];
  readonly output: number;
  readonly gates: ReadonlyMap<string, number>;
}

export function programOf(cell: Cell): Program {
  const leaves = [cell.input, ...cell.states.map(({ before }) => before)];
  const expressions = inOrder([...leaves, ...roots(cell)]);
  const places = new Map(expressions.map((expression, place) => [expression, place]));
  const placeOf = (expression: Expression): number => places.get(expression)!;
  return {
    instructions: expressions.map((expression) => ({ expression, operands: expression.operands.map(placeOf) })),
    input: placeOf(cell.input),
    states: cell.states.map(({ before, after }) => ({ before: placeOf(before), after: placeOf(after) })),
    output: placeOf(cell.output),
    gates: new Map(Object.entries(cell.gates).map(([gate, expression]) => [gate, placeOf(expression)])),
  };
}
