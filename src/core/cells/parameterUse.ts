import { roots, type Cell } from './cell';
import { inOrder, type Expression } from './language';

/** What an equation does with a learned vector. */
export type VectorUse =
  /** Added to what a gate or candidate sees. */
  | 'bias'
  /** The angles of rotations. */
  | 'angle'
  /** The bias of a modReLU: what the absolute value of each unit has to exceed, with the opposite sign. */
  | 'modulus'
  /** A trained share, σ(v): how much of something passes, in every step the same. */
  | 'share'
  /** Multiplies something entry by entry: a diagonal matrix. */
  | 'diagonal';

/** How the equations use each learned vector; of several uses the first of the list above that is not `bias` counts. */
export function vectorUses(cell: Cell): ReadonlyMap<string, VectorUse> {
  const uses = new Map<string, Set<VectorUse>>();
  for (const e of inOrder(roots(cell))) {
    for (const [k, operand] of e.operands.entries()) {
      for (const name of vectorsIn(operand)) uses.set(name, (uses.get(name) ?? new Set()).add(useBy(e, k)));
    }
  }
  const order: readonly VectorUse[] = ['angle', 'modulus', 'share', 'diagonal', 'bias'];
  return new Map([...uses].map(([name, found]) => [name, order.find((use) => found.has(use))!]));
}

/** The vectors whose numbers an expression only rearranges or scales. */
function vectorsIn({ operation, name, operands }: Expression): readonly string[] {
  if (operation === 'vector') return [name];
  return isRearrangement(operation) ? operands.flatMap(vectorsIn) : [];
}

const isRearrangement = (operation: Expression['operation']): boolean =>
  operation === 'tile' || operation === 'concat' || operation === 'slice' || operation === 'scale';

function useBy({ operation }: Expression, place: number): VectorUse {
  if (operation === 'rotate' && place === 0) return 'angle';
  if (operation === 'modRelu' && place === 1) return 'modulus';
  if (operation === 'sigmoid') return 'share';
  return operation === 'sum' || isRearrangement(operation) ? 'bias' : 'diagonal';
}
