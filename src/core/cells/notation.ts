import type { Expression } from './language';

/** How a cell wants to be printed, beyond its gates and states. Only whoever prints equations reads it. */
export interface Notation {
  /** Quantities that have a line and a letter of their own though they are neither gates nor states, by their letters. */
  readonly quantities: Readonly<Record<string, Expression>>;
  /** Values that are written as an operator applied to something: `F_1 z`. */
  readonly operators: readonly NamedOperator[];
  /** Sentences below the equations, about what the letters stand for. Letters may have subscripts: `θ_1`, `u_{i+1}`. */
  readonly explanations: readonly string[];
}

/** `value` is what the operator makes of `operand`; the explanation says how. */
export interface NamedOperator {
  readonly name: string;
  readonly operand: Expression;
  readonly value: Expression;
  readonly explanation: string;
}
