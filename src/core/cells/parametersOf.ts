import { roots, type Cell } from './cell';
import { inOrder, type Expression, type Size } from './language';

/** A learned matrix or vector of a cell. */
export interface CellParameter {
  /** Its name in the equations: W_f, U_f, b_f. */
  readonly name: string;
  readonly kind: 'matrix' | 'vector';
  /** The size it gives: rows of a matrix, entries of a vector. */
  readonly rows: Size;
  /** The size a matrix reads; null for a vector. */
  readonly columns: Size | null;
  /** The one gate it feeds directly; null where it feeds none or several. */
  readonly gate: string | null;
  /** `input` reads something as wide as the input, `recurrent` something as wide as the state; vectors are biases. */
  readonly role: 'input' | 'recurrent' | 'bias';
}

/** The parameters of a cell, gate by gate in the order in which the cell names its gates, then those of no gate. */
export function parametersOf(cell: Cell): readonly CellParameter[] {
  const owners = gatesByParameter(cell);
  const all = new Map<string, CellParameter>();
  for (const e of [...Object.values(cell.gates).flatMap((gate) => inOrder([gate])), ...inOrder(roots(cell))]) {
    if (e.operation !== 'vector' && !e.matrix) continue;
    const name = e.matrix?.name ?? e.name;
    const [gate = null, another] = owners.get(name) ?? [];
    all.set(name, {
      name,
      kind: e.matrix ? 'matrix' : 'vector',
      rows: e.size,
      columns: e.matrix?.from ?? null,
      gate: another === undefined ? gate : null,
      role: !e.matrix ? 'bias' : e.matrix.from === 'hidden' ? 'recurrent' : 'input',
    });
  }
  const inGateOrder = [null, ...Object.keys(cell.gates)];
  return [...all.values()].sort((p, q) => rank(inGateOrder, p) - rank(inGateOrder, q));
}

const rank = (order: readonly (string | null)[], { gate }: CellParameter): number =>
  gate === null ? order.length : order.indexOf(gate);

/** A parameter feeds a gate when it is reached from the gate's expression without passing through another gate. */
function gatesByParameter(cell: Cell): ReadonlyMap<string, readonly string[]> {
  const gates = new Set<Expression>(Object.values(cell.gates));
  const owners = new Map<string, string[]>();
  for (const [gate, root] of Object.entries(cell.gates)) {
    const found = new Set<string>();
    const visit = (e: Expression): void => {
      if (e !== root && gates.has(e)) return;
      if (e.matrix) found.add(e.matrix.name);
      if (e.operation === 'vector') found.add(e.name);
      e.operands.forEach(visit);
    };
    visit(root);
    for (const name of found) owners.set(name, [...(owners.get(name) ?? []), gate]);
  }
  return owners;
}
