import { arithmeticAxes } from './arithmeticAxes';
import type { Activation } from '../../core/cells/activation';
import { axisSize, hasRole, normalizedAxis } from './axes';
import type { Axis } from './axes';
import { directionsInTurns, normalizationOf } from './batchNormalization';
import type { Constant } from './constants';
import type { Dense, FinalActivation, Flow } from './flow';
import type { OnnxNode } from './model';
import { activationNamed } from './operatorCell';
import { listOf } from './shapeOperands';
import type { Surroundings } from './surroundings';

/** What a node does to a readout that was understood so far. */
export function readoutStep(node: OnnxNode, before: Flow, around: Surroundings): Partial<Flow> {
  const flow = before.activation === 'sigmoid' ? withSigmoidInside(before) : before;
  if (flow.activation !== 'none') return { notLinear: named(node, 'follows another activation') };
  const step = stepOf(node, flow, around);
  if (flow === before || step.notLinear !== undefined) return step;
  // Nothing but another dense layer makes a sigmoid one inside of the readout.
  return step.dense && step.dense.length > flow.dense.length
    ? step
    : step.normalized
      ? { ...step, dense: flow.dense }
      : { notLinear: named(node, 'follows another activation') };
}

/** A sigmoid behind a dense layer was taken for the final one; more follows. */
function withSigmoidInside(flow: Flow): Flow {
  const last = flow.dense.at(-1);
  if (!last || last.activation !== 'linear') return flow;
  return withLast({ ...flow, activation: 'none', beforeActivation: null }, { ...last, activation: 'sigmoid' });
}

function stepOf(node: OnnxNode, flow: Flow, around: Surroundings): Partial<Flow> {
  const last = flow.dense.at(-1) ?? null;
  if (node.domain === '' && (node.operator === 'MatMul' || node.operator === 'Gemm'))
    return denseStep(node, flow, around);
  if (node.domain === '' && node.operator === 'Add' && last && isBare(last) && last.bias === null) {
    const [a = '', b = ''] = node.inputs;
    const bias = around.flowOf(a) === undefined ? a : b;
    const scored = flow.axes?.at(-1);
    const width = scored && !hasRole(scored, 'batch') && !hasRole(scored, 'time') ? axisSize(scored) : null;
    if (width !== null && isBias(around.constants(bias, around.scope), width))
      return { dense: [...flow.dense.slice(0, -1), { ...last, bias, biasFactor: 1 }] };
  }
  if (node.domain === '' && node.operator === 'BatchNormalization') {
    const found = normalizationOf(node, flow.axes, around);
    if (typeof found === 'string') return { notLinear: named(node, found) };
    return last && last.activation === 'linear' && flow.normalized.length === 0
      ? { dense: [...flow.dense.slice(0, -1), { ...last, after: [...last.after, found] }] }
      : { normalized: [...flow.normalized, found] };
  }
  if (flow.dense.every(({ activation }) => activation === 'linear') && isMeanOverSteps(node, flow, around))
    return { moment: 'mean' };
  if (flow.dense.length === 0 && joinsSteps(node, flow, around)) {
    const all = poolings.find(([pattern]) => pattern.test(node.operator))?.[1] ?? 'one summary';
    return { notLinear: named(node, `takes ${all} of the hidden states over all steps`), moment: 'other' };
  }
  if (finalActivation(node, flow, around) !== 'none') {
    return last === null ? { notLinear: named(node, 'acts on the hidden states before they are scored') } : {};
  }
  const activation = last && isOpen(flow, last) ? entrywiseActivation(node) : null;
  if (last && activation !== null) {
    const bent = named(node, 'changes the scores');
    return { dense: [...flow.dense.slice(0, -1), { ...last, activation, bent }] };
  }
  return {
    notLinear: named(node, last === null ? 'changes the hidden states before they are scored' : 'changes the scores'),
  };
}

/** Whether neither a normalization nor an activation has followed a dense layer. */
const isBare = ({ after, activation }: Dense): boolean => after.length === 0 && activation === 'linear';

/** Whether an activation may follow: none has, and no normalization waits for the next dense layer. */
const isOpen = ({ normalized }: Flow, { activation }: Dense): boolean =>
  activation === 'linear' && normalized.length === 0;

const withLast = (flow: Flow, last: Dense): Flow => ({ ...flow, dense: [...flow.dense.slice(0, -1), last] });

/** x · W + c, of all features of one step. */
function denseStep(node: OnnxNode, flow: Flow, around: Surroundings): Partial<Flow> {
  const [a = '', b = '', c = ''] = node.inputs;
  const gemm = node.operator === 'Gemm';
  const weights = around.constants(b, around.scope);
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
  const features = flow.axes?.at(-1);
  if (features === undefined || hasRole(features, 'batch'))
    return { notLinear: named(node, 'reads axes that could not be followed') };
  if (hasRole(features, 'time')) return { notLinear: named(node, 'reads all steps at once'), moment: 'other' };
  if (directionsInTurns(features)) return { notLinear: named(node, 'reads the features of both directions in turns') };
  const dense: Dense = {
    node: node.name,
    weights: b,
    inputsFirst: !gemm || (node.attributes.get('transB')?.int ?? 0) === 0,
    factor: gemm ? (node.attributes.get('alpha')?.float ?? 1) : 1,
    bias: gemm && c !== '' ? c : null,
    biasFactor: gemm ? (node.attributes.get('beta')?.float ?? 1) : 1,
    before: flow.normalized,
    ...{ after: [], activation: 'linear', bent: null },
  };
  return { dense: [...flow.dense, dense], normalized: [] };
}

const noNumbers = new Set(['Relu', 'Tanh', 'Sigmoid', 'Softplus', 'Softsign']);

/** The function of one entry that a node is, if the language of the cells has it. */
function entrywiseActivation({ domain, operator, attributes }: OnnxNode): Activation | null {
  if (domain !== '') return null;
  const number = (name: string, standard: number): number => attributes.get(name)?.float ?? standard;
  if (noNumbers.has(operator)) return activationNamed(operator.toLowerCase(), 0, 0);
  if (operator === 'LeakyRelu') return activationNamed('leakyrelu', number('alpha', 0.01), 0);
  if (operator === 'Elu') return activationNamed('elu', number('alpha', 1), 0);
  if (operator === 'HardSigmoid') return activationNamed('hardsigmoid', number('alpha', 0.2), number('beta', 0.5));
  return null;
}

/** Whether a node has lost the time axis that its input has, as a mean over time does. */
function joinsSteps(node: OnnxNode, flow: Flow, around: Surroundings): boolean {
  const hasTime = (axes: readonly Axis[] | null) => axes !== null && axes.some((axis) => hasRole(axis, 'time'));
  const after = arithmeticAxes(node, flow, around);
  return hasTime(flow.axes) && after !== null && !hasTime(after);
}

/** Whether a node takes the mean over the axis of time and no other; affine maps of single steps may come before it. */
function isMeanOverSteps(node: OnnxNode, { axes, moment }: Flow, around: Surroundings): boolean {
  if (node.domain !== '' || axes === null || moment !== 'every') return false;
  const isTime = (axis: Axis | undefined): boolean =>
    axis !== undefined && hasRole(axis, 'time') && axis.every(({ role }) => role === 'time');
  if (node.operator === 'GlobalAveragePool') return axes.length === 3 && isTime(axes[2]);
  if (node.operator !== 'ReduceMean') return false;
  const listed = listOf(node, 1, 'axes', around);
  const [only, ...others] = listed === null || listed === 'unknown' ? [] : listed;
  const axis = only === undefined ? null : normalizedAxis(only, axes.length);
  return others.length === 0 && axis !== null && isTime(axes[axis]);
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
