import type { Activation } from '../../core/cells/activation';
import { hardSigmoid } from '../../core/cells/activation';
import type { Cell } from '../../core/cells/cell';
import { cellNamed } from '../../core/cells/cells';
import type { CellName } from '../../core/cells/cells';
import type { Direction, Parameter } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import type { Constant, Constants } from './constants';
import type { OnnxNode } from './model';
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
  const biasName = input(operatorInputs.bias);
  const b = biasName === '' ? null : constants(biasName, scope);
  const missing = w === null ? operatorInputs.weights : r === null ? operatorInputs.recurrence : operatorInputs.bias;
  if (w === null || r === null || (biasName !== '' && b === null)) {
    return `the weights of the ${node.operator} node "${node.name}" are computed while the model runs or given as the input "${input(missing)}", so they are not in the file`;
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
    const { cellName, cell, withheld } = cellOf(node, d, b !== null);
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

export function directionsOf(node: OnnxNode): readonly Direction[] {
  const direction = node.attributes.get('direction')?.string ?? 'forward';
  if (direction === 'bidirectional') return ['forward', 'reverse'];
  return [direction === 'reverse' ? 'reverse' : 'forward'];
}

/** Whether an LSTM has no forget gate of its own, f = 1 − i: the rows of its weights that would be the forget gate's are not used. */
const isCoupled = (node: OnnxNode): boolean => (node.attributes.get('input_forget')?.int ?? 0) !== 0;

interface OperatorCell {
  readonly cellName: CellName;
  readonly cell: Cell | null;
  readonly withheld: string | null;
}

/** The equations that the operator's options ask for (ONNX operators RNN, GRU and LSTM, versions 7 to 22). */
function cellOf(node: OnnxNode, direction: number, bias: boolean): OperatorCell {
  const resetAfter = (node.attributes.get('linear_before_reset')?.int ?? 0) !== 0;
  const cellName: CellName =
    node.operator === 'LSTM' ? 'lstm' : node.operator === 'RNN' ? 'vanilla' : resetAfter ? 'gru-reset-after' : 'gru';
  const withhold = (withheld: string): OperatorCell => ({ cellName, cell: null, withheld });
  if (node.operator === 'LSTM' && (node.inputs[operatorInputs.peepholes] ?? '') !== '') {
    return withhold('Peephole connections (the input P of LSTM) are not supported yet.');
  }
  const activations = activationsOf(node);
  if (typeof activations === 'string') return withhold(activations);
  const each = defaultActivations[node.operator]!.length;
  const [first, second, third] = activations.slice(direction * each, (direction + 1) * each);
  const shared = { bias, clip: node.attributes.get('clip')?.float ?? null };
  const cell =
    node.operator === 'RNN'
      ? cellNamed(cellName, { ...shared, ...option('candidateActivation', first) })
      : cellNamed(cellName, {
          ...shared,
          updateKeeps: true,
          coupled: isCoupled(node),
          ...option('gateActivation', first),
          ...option('candidateActivation', second),
          ...option('outputActivation', third),
        });
  return { cellName, cell, withheld: null };
}

function option<K extends string>(name: K, activation: Activation | undefined): { [P in K]?: Activation } | object {
  return activation === undefined ? {} : { [name]: activation };
}

const defaultActivations: Readonly<Record<string, readonly string[]>> = {
  RNN: ['Tanh'],
  GRU: ['Sigmoid', 'Tanh'],
  LSTM: ['Sigmoid', 'Tanh', 'Tanh'],
};

/** Which activations take an alpha and a beta, with the defaults of the ONNX specification; they are consumed in order. */
const activationNumbers: Readonly<Record<string, { alpha?: number; beta?: number }>> = {
  affine: { alpha: 1, beta: 0 },
  elu: { alpha: 1 },
  hardsigmoid: { alpha: 0.2, beta: 0.5 },
  leakyrelu: { alpha: 0.01 },
  scaledtanh: { alpha: 1, beta: 1 },
  thresholdedrelu: { alpha: 1 },
};

/** The activations of all directions in order, or why one of them is not supported. */
function activationsOf(node: OnnxNode): Activation[] | string {
  const defaults = defaultActivations[node.operator]!;
  const listed = node.attributes.get('activations')?.strings ?? [];
  const names = listed.length > 0 ? listed : directionsOf(node).flatMap(() => defaults);
  if (names.length < defaults.length * directionsOf(node).length)
    return `The option activations of ${node.operator} lists too few functions.`;
  const alphas = [...(node.attributes.get('activation_alpha')?.floats ?? [])];
  const betas = [...(node.attributes.get('activation_beta')?.floats ?? [])];
  const activations: Activation[] = [];
  for (const name of names) {
    const numbers = activationNumbers[name.toLowerCase()] ?? {};
    const alpha = numbers.alpha === undefined ? 0 : (alphas.shift() ?? numbers.alpha);
    const beta = numbers.beta === undefined ? 0 : (betas.shift() ?? numbers.beta);
    const activation = activationNamed(name.toLowerCase(), alpha, beta);
    if (activation === null) return `The activation ${name} of ${node.operator} is not supported yet.`;
    activations.push(activation);
  }
  return activations;
}

function activationNamed(name: string, alpha: number, beta: number): Activation | null {
  if (name === 'sigmoid' || name === 'tanh' || name === 'relu' || name === 'softplus' || name === 'softsign')
    return name;
  if (name === 'hardsigmoid') return hardSigmoid(alpha, beta);
  if (name === 'affine') return alpha === 1 && beta === 0 ? 'linear' : { kind: 'affine', alpha, beta };
  if (name === 'scaledtanh') return { kind: 'scaledTanh', alpha, beta };
  if (name === 'leakyrelu') return alpha === 0 ? 'relu' : { kind: 'leakyRelu', alpha };
  if (name === 'elu') return { kind: 'elu', alpha };
  if (name === 'thresholdedrelu') return { kind: 'thresholdedRelu', alpha };
  return null;
}
