import { axisSize, hasRole } from './axes';
import type { FinalActivation, Flow } from './flow';
import type { OnnxNode } from './model';
import type { Surroundings } from './surroundings';

/** What a node does to a readout that was linear so far. */
export function readoutStep(node: OnnxNode, flow: Flow, around: Surroundings): Partial<Flow> {
  const [a = '', b = '', c = ''] = node.inputs;
  if (flow.activation !== 'none') return { notLinear: named(node, 'follows another activation') };
  if (node.domain === '' && (node.operator === 'MatMul' || node.operator === 'Gemm')) {
    const gemm = node.operator === 'Gemm';
    const weights = around.constants(b, around.scope);
    if (flow.dense !== null) return { notLinear: named(node, 'is a second dense layer') };
    if (
      around.flowOf(a) === undefined ||
      weights?.dims.length !== 2 ||
      (gemm && (node.attributes.get('transA')?.int ?? 0) !== 0)
    ) {
      return { notLinear: named(node, 'does not multiply the hidden states by a matrix of the file') };
    }
    if (gemm && c !== '' && around.constants(c, around.scope) === null)
      return { notLinear: named(node, 'adds something that is not in the file') };
    const last = flow.axes?.at(-1);
    if (last === undefined || hasRole(last, 'batch'))
      return { notLinear: named(node, 'reads axes that could not be followed') };
    if (hasRole(last, 'time')) return { notLinear: named(node, 'reads all steps at once'), moment: 'other' };
    return {
      dense: {
        node: node.name,
        weights: b,
        inputsFirst: !gemm || (node.attributes.get('transB')?.int ?? 0) === 0,
        factor: gemm ? (node.attributes.get('alpha')?.float ?? 1) : 1,
        bias: gemm && c !== '' ? c : null,
        biasFactor: gemm ? (node.attributes.get('beta')?.float ?? 1) : 1,
      },
    };
  }
  if (node.domain === '' && node.operator === 'Add' && flow.dense !== null && flow.dense.bias === null) {
    const bias = around.flowOf(a) === undefined ? a : b;
    const constant = around.constants(bias, around.scope);
    const width = flow.axes?.at(-1) ? axisSize(flow.axes.at(-1)!) : null;
    if (
      constant !== null &&
      constant.values.length === constant.dims.at(-1) &&
      (constant.values.length === width || width === null)
    ) {
      return { dense: { ...flow.dense, bias, biasFactor: 1 } };
    }
  }
  if (finalActivation(node) !== 'none')
    return flow.dense === null ? { notLinear: named(node, 'acts on the hidden states before they are scored') } : {};
  return {
    notLinear: named(
      node,
      flow.dense === null ? 'changes the hidden states before they are scored' : 'changes the scores',
    ),
  };
}

/** A sentence about a node, for people. */
export const named = (node: OnnxNode, what: string): string => `${node.operator} "${node.name}" ${what}`;

/** Whether a node is one of the functions that turn scores into probabilities. */
export function finalActivation(node: OnnxNode): FinalActivation {
  if (node.domain !== '') return 'none';
  if (node.operator === 'Softmax') return 'softmax';
  if (node.operator === 'LogSoftmax') return 'logSoftmax';
  return node.operator === 'Sigmoid' ? 'sigmoid' : 'none';
}
