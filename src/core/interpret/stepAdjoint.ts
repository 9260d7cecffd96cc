import type { State } from '../cells/cell';
import { scale, variable, type Expression, type Size } from '../cells/language';
import { differentiate, type Adjoint } from './differentiate';

/** The way back through one step of a cell. Backwards, the cotangents of the states are the states. */
export interface StepAdjoint {
  /** For each state the variable of its cotangent after the step, and what follows from them for the cotangent before. */
  readonly states: readonly { readonly after: Expression; readonly before: Expression }[];
  readonly adjoint: Adjoint;
}

/** `cotangents` says how the loss moves with other expressions of the step, such as its output. */
export function stepAdjoint(
  states: readonly State[],
  cotangents: readonly (readonly [Expression, Expression])[],
  sizes: Readonly<Record<Size, number>>,
): StepAdjoint {
  const variables = states.map(({ name, before }) => variable(`d ${name}`, before.size));
  const ofStates = states.map(({ after }, k) => [after, variables[k]!] as const);
  const adjoint = differentiate([...ofStates, ...cotangents], sizes);
  return {
    states: states.map(({ before }, k) => {
      const after = variables[k]!;
      // A state that nothing reads has a cotangent of zero.
      return { after, before: adjoint.of(before) ?? scale(0, after) };
    }),
    adjoint,
  };
}
