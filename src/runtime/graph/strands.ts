import { inOrder, type Expression } from '../../core/cells/language';
import { isEntrywise } from './entrywise';

/** A map, the sum it belongs to, and the entrywise operation on that sum; the latter two may be the former again. */
export interface Strand {
  readonly map: Expression;
  readonly sum: Expression;
  readonly top: Expression;
}

/**
 * Finds the maps of one operand, which belong together. Each is followed upwards while it is used once: through the sum
 * that adds what is free of the state, then through an entrywise operation. Sorting by that operation lets one wide sigmoid
 * serve all gates. Every part of a strand leads to all strands of its operand.
 */
export function findStrands(
  roots: readonly Expression[],
  dependent: ReadonlySet<Expression>,
): Map<Expression, readonly Strand[]> {
  const all = inOrder(roots).filter((e) => dependent.has(e));
  const users = new Map<Expression, Expression[]>();
  for (const e of all) for (const operand of e.operands) users.set(operand, [...(users.get(operand) ?? []), e]);
  const onlyUser = (e: Expression): Expression | undefined => {
    const [user, ...others] = users.get(e) ?? [];
    return others.length === 0 ? user : undefined;
  };

  const byOperand = new Map<Expression, Strand[]>();
  for (const map of all.filter(isDenseMap)) {
    const user = onlyUser(map);
    const isGathered = user?.operation === 'sum' && user.operands.every((term) => term === map || !dependent.has(term));
    const sum = isGathered ? user : map;
    const above = onlyUser(sum);
    const top = above && above.operands.length === 1 && isEntrywise(above) ? above : sum;
    const [operand] = map.operands;
    byOperand.set(operand!, [...(byOperand.get(operand!) ?? []), { map, sum, top }]);
  }
  const found = new Map<Expression, readonly Strand[]>();
  for (const strands of byOperand.values()) {
    if (strands.length < 2) continue;
    const sorted = strands.toSorted((p, q) => p.top.operation.localeCompare(q.top.operation, 'en'));
    for (const { map, sum, top } of sorted) for (const e of [map, sum, top]) found.set(e, sorted);
  }
  return found;
}

const isDenseMap = ({ operation, matrix }: Expression): boolean =>
  operation === 'linear' && matrix!.structure.kind === 'dense';
