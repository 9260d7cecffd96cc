import { roots, type Cell } from './cell';
import { inOrder, type Expression } from './language';

/** The biases that are added to what reads the state alone, such as b_u in a GRU that resets after its recurrent matrix. */
export function recurrentBiases(cell: Cell): ReadonlySet<string> {
  const found = new Set<string>();
  for (const e of inOrder(roots(cell))) {
    if (e.operation !== 'sum') continue;
    const operands = termsOf(e);
    const roles = operands.flatMap(({ matrix }) => (matrix ? [matrix.role] : []));
    if (roles.length === 0 || roles.some((role) => role !== 'recurrent')) continue;
    if (operands.some(readsElsewhere)) continue;
    for (const { operation: added, name } of operands) if (added === 'vector') found.add(name);
  }
  return found;
}

/** The terms of a sum, and those of the sums among them. */
const termsOf = (e: Expression): readonly Expression[] => (e.operation === 'sum' ? e.operands.flatMap(termsOf) : [e]);

/** Whether a term is made of something else than the learned recurrent map itself. */
const readsElsewhere = ({ matrix, operands }: Expression): boolean => matrix === null && operands.length > 0;
