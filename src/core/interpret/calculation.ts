import { inOrder, type Expression } from '../cells/language';
import { checkWidths, widthOf, type Sizes } from '../cells/sizes';
import { instruction, parameterOf } from './instruction';

/** Expressions as float64 numbers that can be worked out again and again, for other values of their variables. */
export interface Calculation {
  /** The array that holds the value of an expression; whoever calculates writes those of the variables into it. */
  readonly valueOf: (e: Expression) => Float64Array;
  readonly run: () => void;
  /** The same for variables of which only these have changed since the last run. */
  readonly runFor: (changed: readonly Expression[]) => () => void;
  /** Gives variables the values of other expressions. All are read before any is written: one may be what another was. */
  readonly move: (from: readonly Expression[], to: readonly Expression[]) => void;
}

/** `roots` are expressions without composite operations. Weights are named as in the equations, stored row by row. */
export function calculation(
  roots: readonly Expression[],
  weights: ReadonlyMap<string, Float64Array>,
  sizes: Sizes,
): Calculation {
  checkWidths(roots, sizes);
  const expressions = inOrder(roots);
  const values = new Map(expressions.map((e) => [e, new Float64Array(widthOf(sizes, e.size))]));
  const valueOf = (e: Expression): Float64Array => {
    const value = values.get(e);
    if (!value) throw new Error(`The ${e.operation} ${e.name} is not part of this calculation.`);
    return value;
  };
  const steps: (readonly [Expression, () => void])[] = [];
  for (const e of expressions) {
    if (e.operation === 'vector') valueOf(e).set(parameterOf(weights, e.name, widthOf(sizes, e.size)));
    if (e.operands.length > 0) {
      steps.push([e, instruction(e, e.operands.map(valueOf), valueOf(e), weights, sizes)]);
    }
  }
  const all = steps.map(([, step]) => step);
  return {
    valueOf,
    run: () => {
      for (const step of all) step();
    },
    runFor: (changed) => {
      const dependent = new Set(changed);
      const some: (() => void)[] = [];
      for (const [e, step] of steps) {
        if (!e.operands.some((operand) => dependent.has(operand))) continue;
        dependent.add(e);
        some.push(step);
      }
      return () => {
        for (const step of some) step();
      };
    },
    move: (from, to) => {
      const moved = from.map((e) => valueOf(e).slice());
      for (const [k, e] of to.entries()) valueOf(e).set(moved[k]!);
    },
  };
}
