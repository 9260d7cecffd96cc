import type { Cell } from './cell';
import { remade, type Expression } from './language';

const expanded = new Map<Expression, Expression>();

/** The same expression without composite operations, for whoever computes. */
export function expand(e: Expression): Expression {
  const found = expanded.get(e);
  if (found) return found;
  const result = e.meaning ? expand(e.meaning) : withOperands(e, e.operands.map(expand));
  expanded.set(e, result);
  return result;
}

const withOperands = (e: Expression, operands: readonly Expression[]): Expression =>
  operands.every((operand, k) => operand === e.operands[k]) ? e : remade(e, operands, {});

/** The same cell without composite operations. */
export function expandCell(cell: Cell): Cell {
  return {
    ...cell,
    states: cell.states.map((state) => ({ ...state, after: expand(state.after) })),
    output: expand(cell.output),
    gates: Object.fromEntries(Object.entries(cell.gates).map(([gate, e]) => [gate, expand(e)])),
  };
}
