import { atom, normalizedAxis } from './axes';
import type { Axis } from './axes';
import type { Flow } from './flow';
import type { OnnxNode } from './model';
import { listOf } from './shapeOperands';
import type { Surroundings } from './surroundings';

/** Operators after which every axis stands for what it stood for before. */
const keepsAxes = new Set(
  (
    'Abs Add BatchNormalization Celu Ceil Clip Cos Div Elu Erf Exp Floor Gelu HardSigmoid HardSwish InstanceNormalization LayerNormalization LeakyRelu Log ' +
    'LogSoftmax Max Min Mish Mul Neg Not Pad Pow PRelu QuantizeLinear DequantizeLinear Reciprocal Relu Round Selu Sigmoid Sign Sin Softmax Softplus Softsign ' +
    'Sqrt Sub Tanh ThresholdedRelu Where'
  ).split(' '),
);

/** What the axes stand for after an operator that computes; null when that is not known. */
export function arithmeticAxes(node: OnnxNode, flow: Flow, around: Surroundings): readonly Axis[] | null {
  const { axes } = flow;
  if (axes === null || node.domain !== '') return null;
  if (keepsAxes.has(node.operator)) return axes;
  if (node.operator === 'MatMul' || node.operator === 'Gemm') {
    const weights = around.constants(node.inputs[1] ?? '', around.scope);
    if (weights === null || weights.dims.length !== 2) return null;
    const outputs = weights.dims[node.operator === 'Gemm' && node.attributes.get('transB')?.int ? 0 : 1]!;
    return [...axes.slice(0, -1), [atom('feature', outputs)]];
  }
  if (node.operator === 'Conv' || node.operator === 'MaxPool' || node.operator === 'AveragePool') {
    const channels =
      node.operator === 'Conv' ? (around.constants(node.inputs[1] ?? '', around.scope)?.dims[0] ?? null) : null;
    return axes.map((axis, i) => {
      if (i > 1) return axis.map((part) => ({ ...part, size: null }));
      return i === 1 && node.operator === 'Conv' ? [atom('feature', channels)] : axis;
    });
  }
  if (node.operator.startsWith('Global')) return axes.map((axis, i) => (i > 1 ? [] : axis));
  if (node.operator === 'Gather' && around.flowOf(node.inputs[0] ?? '') === undefined) {
    // An embedding: each index becomes a row of the table.
    const table = around.constants(node.inputs[0] ?? '', around.scope);
    const at = node.attributes.get('axis')?.int ?? 0;
    if (table === null || at !== 0) return null;
    return [...axes, ...table.dims.slice(1).map((size) => [atom('feature', size)])];
  }
  if (node.operator.startsWith('Reduce')) {
    const listed = listOf(node, 1, 'axes', around);
    if (listed === null || listed === 'unknown') return null;
    const gone = listed.map((axis) => normalizedAxis(axis, axes.length));
    const keep = (node.attributes.get('keepdims')?.int ?? 1) !== 0;
    return axes.flatMap((axis, i) => (!gone.includes(i) ? [axis] : keep ? [[]] : []));
  }
  return null;
}
