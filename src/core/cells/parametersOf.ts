import { roots, type Cell } from './cell';
import { inOrder, type Expression, type Size } from './language';
import type { LinearMap } from './linearMap';
import { widthOf, type Sizes } from './sizes';
import { storedMatrix } from './storedMatrix';

/** A learned matrix or vector of a cell. */
export interface CellParameter {
  /** Its name in the equations: W_f, U_f, b_f. */
  readonly name: string;
  readonly kind: 'matrix' | 'vector';
  /** The size it gives: rows of a matrix, entries of a vector. */
  readonly rows: Size;
  /** The size a matrix reads; null for a vector. */
  readonly columns: Size | null;
  /** The map that a matrix belongs to; null for a vector. */
  readonly matrix: LinearMap | null;
  /** The one gate it feeds directly; null where it feeds none or several. */
  readonly gate: string | null;
  /** What a matrix reads (see `LinearMap`); a vector is a `bias` where it is added, and otherwise a `weight`. */
  readonly role: LinearMap['role'] | 'bias' | 'weight';
}

/** The parameters of a cell, gate by gate in the order in which the cell names its gates, then those of no gate. */
export function parametersOf(cell: Cell): readonly CellParameter[] {
  const owners = gatesByParameter(cell);
  const weights = multipliedVectors(cell);
  const all = new Map<string, CellParameter>();
  for (const e of [...Object.values(cell.gates).flatMap((gate) => inOrder([gate])), ...inOrder(roots(cell))]) {
    const name = parameterOf(e);
    if (name === null) continue;
    const [gate = null, another] = owners.get(name) ?? [];
    all.set(name, {
      name,
      kind: e.matrix ? 'matrix' : 'vector',
      rows: e.size,
      columns: e.matrix?.from ?? null,
      matrix: e.matrix,
      gate: another === undefined ? gate : null,
      role: e.matrix?.role ?? (weights.has(name) ? 'weight' : 'bias'),
    });
  }
  const inGateOrder = [null, ...Object.keys(cell.gates)];
  return [...all.values()].sort((p, q) => rank(inGateOrder, p) - rank(inGateOrder, q));
}

/** Rows and columns of a parameter as it is stored; a vector has one column. */
export function storedShape({ matrix, rows }: CellParameter, sizes: Sizes): { rows: number; columns: number } {
  if (!matrix) return { rows: widthOf(sizes, rows), columns: 1 };
  const stored = storedMatrix(matrix, sizes);
  return { rows: stored.rows, columns: stored.columns };
}

/** How many numbers a layer learns. Throws a Problem where the cell does not come in that size. */
export function parameterCount(cell: Cell, inputSize: number, hiddenSize: number): number {
  const sizes = cell.sizes(inputSize, hiddenSize);
  const counts = parametersOf(cell).map((parameter) => {
    const { rows, columns } = storedShape(parameter, sizes);
    return rows * columns * (cell.storedTwice.includes(parameter.name) ? 2 : 1);
  });
  return counts.reduce((total, count) => total + count, 0);
}

const rank = (order: readonly (string | null)[], { gate }: CellParameter): number =>
  gate === null ? order.length : order.indexOf(gate);

const parameterOf = (e: Expression): string | null => e.matrix?.name ?? (e.operation === 'vector' ? e.name : null);

/** A parameter feeds a gate when it is reached from the gate's expression without passing through another gate. */
function gatesByParameter(cell: Cell): ReadonlyMap<string, readonly string[]> {
  const gates = new Set<Expression>(Object.values(cell.gates));
  const owners = new Map<string, string[]>();
  for (const [gate, root] of Object.entries(cell.gates)) {
    const seen = new Set<Expression>();
    const found = new Set<string>();
    const visit = (e: Expression): void => {
      if (seen.has(e) || (e !== root && gates.has(e))) return;
      seen.add(e);
      const name = parameterOf(e);
      if (name !== null) found.add(name);
      e.operands.forEach(visit);
    };
    visit(root);
    for (const name of found) owners.set(name, [...(owners.get(name) ?? []), gate]);
  }
  return owners;
}

/** Vectors that are used otherwise than by adding them. */
function multipliedVectors(cell: Cell): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { operation, operands } of inOrder(roots(cell))) {
    if (operation === 'sum' || operation === 'tile') continue;
    for (const [k, operand] of operands.entries()) {
      const isBias = operation === 'modRelu' && k === 1;
      if (operand.operation === 'vector' && !isBias) found.add(operand.name);
    }
  }
  return found;
}
