import { expand } from '../cells/expand';
import {
  complement,
  inOrder,
  linear,
  scale,
  sum,
  tile,
  transposed,
  untile,
  type Expression,
  type Size,
} from '../cells/language';
import type { LinearMap } from '../cells/linearMap';
import { widthOf } from '../cells/sizes';
import { cotangentOfWhole, partOf, type PartCotangent } from './sliceAdjoint';
import { slope } from './slope';

/** The gradient of a matrix is the sum of cotangent · operandᵀ over its pairs, wherever and as often as it is applied. */
export interface MatrixPair {
  readonly matrix: LinearMap;
  readonly cotangent: Expression;
  readonly operand: Expression;
}

export interface Adjoint {
  /** How the loss moves with an expression; undefined where it does not. */
  readonly of: (e: Expression) => Expression | undefined;
  /**
   * The outer products are left unmultiplied on purpose: over a whole sequence they become one large matrix product. For a
   * matrix with a structure they add up to the gradient of the applied matrix, of which each stored number gets its places.
   */
  readonly pairs: readonly MatrixPair[];
}

/**
 * The adjoint of a program, as expressions of the same language, which hold the values of the forward run that they need.
 * `cotangents` says how the loss moves with some expressions. The widths matter where vectors are taken apart and put
 * together: the cotangent of what was sliced is a concat.
 */
export function differentiate(
  cotangents: readonly (readonly [Expression, Expression])[],
  sizes: Readonly<Record<Size, number>>,
): Adjoint {
  const contributions = new Map<Expression, Expression[]>();
  const parts = new Map<Expression, PartCotangent[]>();
  const adjoints = new Map<Expression, Expression>();
  const pairs: MatrixPair[] = [];
  const give = (to: Expression, cotangent: Expression): void => {
    contributions.set(to, [...(contributions.get(to) ?? []), cotangent]);
  };
  const giveBack = (e: Expression, d: Expression): void => {
    const [u, v, w] = e.operands as [Expression, Expression, Expression];
    switch (e.operation) {
      case 'variable':
      case 'vector':
        return;
      case 'linear':
        give(u, transposed(e.matrix!, d));
        pairs.push({ matrix: e.matrix!, cotangent: d, operand: u });
        return;
      case 'transposed':
        give(u, linear(e.matrix!, d));
        pairs.push({ matrix: e.matrix!, cotangent: u, operand: d });
        return;
      case 'sum':
        for (const term of e.operands) give(term, d);
        return;
      case 'times':
        give(u, d.times(v));
        give(v, d.times(u));
        return;
      case 'scale':
        if (e.numbers[0] !== 0) give(u, scale(e.numbers[0]!, d));
        return;
      case 'shift':
        give(u, d);
        return;
      case 'complement':
        give(u, scale(-1, d));
        return;
      case 'mix':
        give(u, d.times(w.minus(v)));
        give(v, d.times(complement(u)));
        give(w, d.times(u));
        return;
      case 'concat':
        for (const [k, operand] of e.operands.entries()) {
          const before = e.operands.slice(0, k).map(({ size }) => size);
          give(operand, partOf(d, before, operand.size, sizes));
        }
        return;
      case 'slice': {
        const start = e.skipped.reduce((total, size) => total + widthOf(sizes, size), 0);
        parts.set(u, [...(parts.get(u) ?? []), { start, cotangent: d }]);
        return;
      }
      case 'tile':
        give(u, untile(d, u.size));
        return;
      case 'untile':
        give(u, tile(d, u.size));
        return;
      default: {
        const factor = slope(e);
        if (factor) give(u, d.times(factor));
      }
    }
  };

  for (const [e, cotangent] of cotangents) give(expand(e), cotangent);
  // Whatever uses an expression comes after it, so that backwards its cotangent is complete when it is met.
  for (const e of inOrder(cotangents.map(([root]) => expand(root))).reverse()) {
    const partial = parts.get(e);
    if (partial) give(e, cotangentOfWhole(e, partial, sizes));
    const terms = contributions.get(e);
    if (!terms) continue;
    const d = sum(terms);
    adjoints.set(e, d);
    giveBack(e, d);
  }
  return { of: (e) => adjoints.get(expand(e)), pairs };
}
