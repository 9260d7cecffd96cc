import type { Cell } from '../../core/cells/cell';
import type { CellName } from '../../core/cells/cells';
import type { Direction, Parameter } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import type { Constant, Constants } from './constants';
import type { OnnxNode } from './model';
import { directionsOf, isCoupled, operatorCell } from './operatorCell';
import type { Scope } from './scope';

/** One direction of one RNN, GRU or LSTM node: its weights by gate, and its equations if its options are supported. */
export interface OperatorDirection {
  readonly cellName: CellName;
  readonly cell: Cell | null;
  readonly withheld: string | null;
  readonly direction: Direction;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly matrices: readonly Parameter[];
  readonly biases: readonly Parameter[];
}

/** The gates of each operator in the order in which the ONNX specification stacks their rows, with our letters. */
const gateOrder: Readonly<Record<string, readonly { gate: string; letter: string }[]>> = {
  RNN: [{ gate: 'candidate', letter: '' }],
  GRU: [
    { gate: 'update', letter: 'z' },
    { gate: 'reset', letter: 'r' },
    { gate: 'candidate', letter: 'a' },
  ],
  LSTM: [
    { gate: 'input', letter: 'i' },
    { gate: 'output', letter: 'o' },
    { gate: 'forget', letter: 'f' },
    { gate: 'candidate', letter: 'a' },
  ],
};

/** The order in which the input P of LSTM stacks its vectors. */
const peepholeOrder = ['input', 'output', 'forget'];

export function isRecurrentOperator(node: OnnxNode): boolean {
  return node.domain === '' && Object.hasOwn(gateOrder, node.operator);
}

/** What the inputs of the three operators are called, by position. */
export const operatorInputs = {
  sequence: 0,
  weights: 1,
  recurrence: 2,
  bias: 3,
  lengths: 4,
  hidden: 5,
  cell: 6,
  peepholes: 7,
};

/**
 * The directions of a recurrent node, or the reason why its weights cannot be read. Throws a Problem when the weights are
 * damaged: shapes that contradict each other, NaN or infinite numbers.
 */
export function readOperator(
  node: OnnxNode,
  scope: Scope,
  constants: Constants,
  file: string,
): readonly OperatorDirection[] | string {
  const gates = gateOrder[node.operator]!;
  const input = (position: number): string => node.inputs[position] ?? '';
  const w = constants(input(operatorInputs.weights), scope);
  const r = constants(input(operatorInputs.recurrence), scope);
  const optional = (position: number): Constant | null =>
    input(position) === '' ? null : constants(input(position), scope);
  const b = optional(operatorInputs.bias);
  const p = optional(operatorInputs.peepholes);
  const missing = [
    ...(w ? [] : [operatorInputs.weights]),
    ...(r ? [] : [operatorInputs.recurrence]),
    ...[operatorInputs.bias, operatorInputs.peepholes].filter((k) => input(k) !== '' && optional(k) === null),
  ][0];
  if (w === null || r === null || missing !== undefined) {
    return `the weights of the ${node.operator} node "${node.name}" are computed while the model runs or given as the input "${input(missing!)}", so they are not in the file`;
  }
  const where = `${file}: the ${node.operator} node "${node.name}"`;
  const hiddenSize = r.dims[2] ?? 0;
  const inputSize = w.dims[2] ?? 0;
  const rows = gates.length * hiddenSize;
  const directions = directionsOf(node);
  const expected: [Constant | null, number[]][] = [
    [w, [directions.length, rows, inputSize]],
    [r, [directions.length, rows, hiddenSize]],
    [b, [directions.length, 2 * rows]],
    [p, [directions.length, 3 * hiddenSize]],
  ];
  for (const [constant, shape] of expected) {
    if (constant === null) continue;
    if (
      constant.dims.length !== shape.length ||
      constant.dims.some((dim, axis) => dim !== shape[axis]) ||
      hiddenSize === 0
    ) {
      throw new Problem(
        `${where} needs its weights "${constant.tensor}" as [${shape.join(', ')}], but they are [${constant.dims.join(', ')}]; export the model again.`,
      );
    }
    requireFinite(constant, file);
  }
  return directions.map((direction, d) => {
    const { cellName, cell, withheld } = operatorCell(node, d, { bias: b !== null, peepholes: p !== null });
    const block = (constant: Constant, first: number, columns: number): Float32Array | Float64Array =>
      constant.values.subarray(first * columns, (first + hiddenSize) * columns);
    const matrices: Parameter[] = [];
    const biases: Parameter[] = [];
    gates.forEach(({ gate, letter }, g) => {
      if (gate === 'forget' && isCoupled(node)) return;
      const suffix = letter === '' ? '' : `_${letter}`;
      const first = d * rows + g * hiddenSize;
      const matrix = { rows: hiddenSize, gate };
      matrices.push({
        ...matrix,
        name: `W${suffix}`,
        role: 'input',
        columns: inputSize,
        tensor: w.tensor,
        values: block(w, first, inputSize),
      });
      matrices.push({
        ...matrix,
        name: `U${suffix}`,
        role: 'recurrent',
        columns: hiddenSize,
        tensor: r.tensor,
        values: block(r, first, hiddenSize),
      });
      if (b === null) return;
      const firstBias = 2 * d * rows + g * hiddenSize;
      // With the reset gate after the recurrent matrix, the candidate's two biases are not added to each other.
      const recurrentName = cellName === 'gru-reset-after' && gate === 'candidate' ? 'b_u' : `b${suffix}`;
      biases.push({
        ...matrix,
        name: `b${suffix}`,
        role: 'inputBias',
        columns: 1,
        tensor: b.tensor,
        values: block(b, firstBias, 1),
      });
      biases.push({
        ...matrix,
        name: recurrentName,
        role: 'recurrentBias',
        columns: 1,
        tensor: b.tensor,
        values: block(b, firstBias + rows, 1),
      });
    });
    for (const [k, gate] of peepholeOrder.entries()) {
      if (!p || (gate === 'forget' && isCoupled(node))) continue;
      const values = block(p, (3 * d + k) * hiddenSize, 1);
      const name = `p_${gates.find((known) => known.gate === gate)!.letter}`;
      biases.push({ rows: hiddenSize, columns: 1, gate, name, role: 'weight', tensor: p.tensor, values });
    }
    return { cellName, cell, withheld, direction, inputSize, hiddenSize, matrices, biases };
  });
}

/** Numbers that were found finite, so that weights which many nodes share are looked at once. */
const finite = new WeakSet<Constant['values']>();

/** Throws a Problem that names the tensor when a weight is NaN or infinite. */
export function requireFinite(constant: Constant, file: string): void {
  if (finite.has(constant.values)) return;
  for (const value of constant.values) {
    if (!Number.isFinite(value)) {
      throw new Problem(
        `${file}: the tensor "${constant.tensor}" holds ${Number.isNaN(value) ? 'a NaN' : 'an infinite number'}, so nothing can be said about this network; train or export it again.`,
      );
    }
  }
  finite.add(constant.values);
}
