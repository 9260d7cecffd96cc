import { arithmeticAxes } from './arithmeticAxes';
import { axisSize, hasRole } from './axes';
import type { Axis } from './axes';
import type { Constant } from './constants';
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
    const outputs = weights.dims[gemm && (node.attributes.get('transB')?.int ?? 0) !== 0 ? 0 : 1]!;
    if (gemm && c !== '' && !isBias(around.constants(c, around.scope), outputs))
      return { notLinear: named(node, 'adds something that is not one number of the file for each score') };
    const last = flow.axes?.at(-1);
    if (last === undefined || hasRole(last, 'batch'))
      return { notLinear: named(node, 'reads axes that could not be followed') };
    if (hasRole(last, 'time')) return { notLinear: named(node, 'reads all steps at once'), moment: 'other' };
    const direction = last.findLastIndex((part) => part.role === 'direction' && part.size !== 1);
    if (direction > last.findIndex((part) => part.role === 'feature'))
      return { notLinear: named(node, 'reads the features of both directions in turns') };
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
    const scored = flow.axes?.at(-1);
    const width = scored && !hasRole(scored, 'batch') && !hasRole(scored, 'time') ? axisSize(scored) : null;
    if (width !== null && isBias(around.constants(bias, around.scope), width))
      return { dense: { ...flow.dense, bias, biasFactor: 1 } };
  }
  if (flow.dense === null && joinsSteps(node, flow, around)) {
    const all = poolings.find(([pattern]) => pattern.test(node.operator))?.[1] ?? 'one summary';
    return { notLinear: named(node, `takes ${all} of the hidden states over all steps`), moment: 'other' };
  }
  if (finalActivation(node, flow, around) !== 'none')
    return flow.dense === null ? { notLinear: named(node, 'acts on the hidden states before they are scored') } : {};
  return {
    notLinear: named(
      node,
      flow.dense === null ? 'changes the hidden states before they are scored' : 'changes the scores',
    ),
  };
}

/** Whether a node has lost the time axis that its input has, as a mean over time does. */
function joinsSteps(node: OnnxNode, flow: Flow, around: Surroundings): boolean {
  const hasTime = (axes: readonly Axis[] | null) => axes !== null && axes.some((axis) => hasRole(axis, 'time'));
  const after = arithmeticAxes(node, flow, around);
  return hasTime(flow.axes) && after !== null && !hasTime(after);
}

const poolings: readonly (readonly [RegExp, string])[] = [
  [/Mean|Average/, 'the mean'],
  [/Max/, 'the largest'],
  [/Min/, 'the smallest'],
  [/Sum/, 'the sum'],
];

/** A sentence about a node, for people. */
export const named = (node: OnnxNode, what: string): string => `${node.operator} "${node.name}" ${what}.`;

/** Whether a constant adds one number to each of so many scores, or one to all, the same for every sequence and step. */
function isBias(constant: Constant | null, scores: number): boolean {
  if (constant === null) return false;
  const { dims, values } = constant;
  return values.length === 1 || (values.length === scores && dims.at(-1) === scores);
}

/** Which of the functions that turn scores into probabilities a node is, if it does that to the scores of each step. */
export function finalActivation(node: OnnxNode, flow: Flow, { opset }: Pick<Surroundings, 'opset'>): FinalActivation {
  if (node.domain !== '') return 'none';
  if (node.operator === 'Sigmoid') return 'sigmoid';
  if ((node.operator !== 'Softmax' && node.operator !== 'LogSoftmax') || !isOverClasses(node, flow, opset))
    return 'none';
  return node.operator === 'Softmax' ? 'softmax' : 'logSoftmax';
}

/** Before version 13, a softmax over an axis went over all axes behind it too. */
function isOverClasses(node: OnnxNode, { axes }: Flow, opset: number): boolean {
  const axis = node.attributes.get('axis')?.int ?? (opset < 13 ? 1 : -1);
  // Where the axes are unknown, the last one is taken for the classes.
  if (axes === null) return axis === -1;
  if (axis !== -1 && axis !== axes.length - 1) return false;
  const isStep = (part: Axis): boolean => hasRole(part, 'batch') || hasRole(part, 'time');
  return axes.every((part, i) => (i === axes.length - 1 ? !isStep(part) : isStep(part) || axisSize(part) === 1));
}

/** The flow behind a node after which the scores before a final activation no longer say what the model answers. */
export function withoutActivation(flow: Flow, node: OnnxNode, what: string): Flow {
  return { ...flow, activation: 'none', beforeActivation: null, notLinear: flow.notLinear ?? named(node, what) };
}
