import {
  atom,
  axisSize,
  hasRole,
  normalizedAxis,
  reshapedAxes,
  squeezedAxes,
  transposedAxes,
  unsqueezedAxes,
} from './axes';
import type { Axis } from './axes';
import type { Constants } from './constants';
import { distinct, joinedFlow } from './flow';
import type { FinalActivation, Flow, Moment } from './flow';
import type { OnnxNode } from './model';
import { originOf } from './scope';
import type { Scope } from './scope';
import { floatTypes, sizeOf } from './tensorNumbers';

/** What following a node needs to know about the graph around it. */
export interface Surroundings {
  readonly scope: Scope;
  readonly constants: Constants;
  /** The flow of a tensor; undefined for a constant and for a tensor made of shapes only. */
  readonly flowOf: (tensor: string) => Flow | undefined;
  readonly directionOf: (layer: number) => 'forward' | 'reverse';
}

/** The flow of each output of an ordinary node; undefined when no data reach it. */
export function followNode(node: OnnxNode, around: Surroundings): Flow | undefined {
  // Sizes are not data: whoever reads only the shape of a tensor does not read its numbers.
  if (node.operator === 'Shape' || node.operator === 'Size' || node.operator === 'ConstantOfShape') return undefined;
  const positions = dataInputs[node.operator];
  const inputs = positions === undefined ? node.inputs : positions.map((i) => node.inputs[i] ?? '');
  const flows = inputs.map((input) => around.flowOf(input)).filter((flow) => flow !== undefined);
  if (flows.length === 0) return undefined;
  if (node.domain === '') {
    if (node.operator === 'Concat') return followConcat(node, flows, around);
    if (flows.length === 1) {
      const flow = around.flowOf(node.inputs[0] ?? '');
      const rule = flow && moves[node.operator];
      if (flow && rule) return { ...rule(node, flow, around), path: passed(node, flow) };
    }
  }
  return followArithmetic(node, flows, around);
}

/** Operators of whose inputs only some are data; the others are sizes, axes or thresholds. */
const dataInputs: Readonly<Record<string, readonly number[]>> = {
  Reshape: [0],
  Squeeze: [0],
  Unsqueeze: [0],
  Slice: [0],
  Expand: [0],
  Tile: [0],
  Pad: [0],
  Split: [0],
  Dropout: [0],
  ReverseSequence: [0],
};

const passed = (node: OnnxNode, flow: Flow) => ({ name: node.name, operation: node.operator, before: flow.path });

/** Operators that move or select numbers without changing them. */
const moves: Readonly<Record<string, (node: OnnxNode, flow: Flow, around: Surroundings) => Flow>> = {
  Identity: (_node, flow) => flow,
  Cast: (_node, flow) => flow,
  Dropout: (_node, flow) => flow,
  Transpose: (node, flow) => ({
    ...flow,
    axes: flow.axes && transposedAxes(flow.axes, node.attributes.get('perm')?.ints ?? []),
  }),
  Squeeze: (node, flow, around) => {
    const axes = listOf(node, 1, 'axes', around);
    return { ...flow, axes: flow.axes && (axes === 'unknown' ? null : squeezedAxes(flow.axes, axes)) };
  },
  Unsqueeze: (node, flow, around) => {
    const axes = listOf(node, 1, 'axes', around);
    return {
      ...flow,
      axes: flow.axes && (axes === 'unknown' || axes === null ? null : unsqueezedAxes(flow.axes, axes)),
    };
  },
  Reshape: (node, flow, around) => {
    const target = sizesOf(node.inputs[1] ?? '', around, 0) ?? node.attributes.get('shape')?.ints ?? null;
    return { ...flow, axes: flow.axes && target && reshapedAxes(flow.axes, target) };
  },
  Flatten: (node, flow) => {
    const axis = node.attributes.get('axis')?.int ?? 1;
    return { ...flow, axes: flow.axes && [flow.axes.slice(0, axis).flat(), flow.axes.slice(axis).flat()] };
  },
  Gather: (node, flow, around) => {
    const indices = around.constants(node.inputs[1] ?? '', around.scope);
    const axis = flow.axes && normalizedAxis(node.attributes.get('axis')?.int ?? 0, flow.axes.length);
    if (flow.axes === null || axis === null || indices === null || indices.dims.length > 1)
      return { ...flow, axes: null, whole: false, moment: 'other' };
    const size = axisSize(flow.axes[axis]!);
    const chosen = Array.from(indices.values, (index) => (index < 0 && size !== null ? index + size : index));
    const selected = select(flow, axis, chosen, around);
    const axes =
      selected.axes && selected.axes.flatMap((kept, i) => (i === axis && indices.dims.length === 0 ? [] : [kept]));
    return { ...selected, axes };
  },
  Slice: (node, flow, around) => {
    const starts = listOf(node, 1, 'starts', around);
    const ends = listOf(node, 2, 'ends', around);
    const axes = listOf(node, 3, 'axes', around);
    const steps = listOf(node, 4, 'steps', around);
    if (
      flow.axes === null ||
      starts === null ||
      starts === 'unknown' ||
      ends === null ||
      ends === 'unknown' ||
      axes === 'unknown' ||
      steps === 'unknown'
    ) {
      return { ...flow, axes: null, whole: false, moment: 'other' };
    }
    let selected = flow;
    starts.forEach((start, i) => {
      const axis = normalizedAxis(axes?.[i] ?? i, flow.axes!.length);
      if (axis === null || selected.axes === null) selected = { ...selected, axes: null };
      else
        selected = select(
          selected,
          axis,
          sliceIndices(start, ends[i] ?? 0, steps?.[i] ?? 1, axisSize(selected.axes[axis]!)),
          around,
        );
    });
    return selected;
  },
  Split: (node, flow) => {
    const axis = flow.axes && normalizedAxis(node.attributes.get('axis')?.int ?? 0, flow.axes.length);
    const axes =
      flow.axes && axis !== null
        ? flow.axes.map((kept, i) => (i === axis ? kept.map((part) => ({ ...part, size: null })) : kept))
        : null;
    return {
      ...flow,
      axes,
      whole: false,
      notLinear: flow.notLinear ?? named(node, 'reads a part of the hidden states'),
    };
  },
};

/** The indices that a Slice takes, counted from the start; negative ones where the size is free; null for all of them. */
function sliceIndices(start: number, end: number, step: number, size: number | null): readonly number[] | null {
  if (step === 1 && start === 0 && (end > 2 ** 31 || (size !== null && end >= size))) return null;
  if (size !== null) {
    const low = step > 0 ? 0 : -1;
    const clamp = (i: number): number => Math.min(step > 0 ? size : size - 1, Math.max(low, i < 0 ? i + size : i));
    const indices: number[] = [];
    for (let i = clamp(start); step > 0 ? i < clamp(end) : i > clamp(end); i += step) indices.push(i);
    return indices.length === size && step === 1 ? null : indices;
  }
  if (start === -1 && (end > 2 ** 31 || end === 0) && step === 1) return [-1];
  if (start >= 0 && end === start + 1) return [start];
  return [];
}

/** Keeps some indices of an axis; an empty list stands for "some, but not known which". */
function select(flow: Flow, axis: number, indices: readonly number[] | null, around: Surroundings): Flow {
  if (indices === null || flow.axes === null) return flow;
  const old = flow.axes[axis]!;
  const size = axisSize(old);
  const one = indices.length === 1 ? indices[0]! : null;
  const kept: Axis = one !== null ? [] : old.map((part) => ({ ...part, size: indices.length || null }));
  const axes = flow.axes.map((before, i) => (i === axis ? kept : before));
  if (size === 1 && one === 0) return { ...flow, axes };
  let { moment, layers } = flow;
  if (hasRole(old, 'time')) {
    const isEnd = one !== null && (one === -1 || (size !== null && one === size - 1));
    moment = one === 0 ? 'start' : isEnd ? 'end' : 'other';
  } else if (hasRole(old, 'direction') && old.length === 1 && one !== null) {
    const direction = one === 0 ? 'forward' : 'reverse';
    layers = layers.filter((layer) => around.directionOf(layer) === direction);
  } else if (flow.layers.length > 0) {
    return {
      ...flow,
      axes,
      whole: false,
      notLinear: flow.notLinear ?? 'only a part of the hidden states or sequences is read',
    };
  }
  return { ...flow, axes, layers, moment, whole: false };
}

function followConcat(node: OnnxNode, flows: readonly Flow[], around: Surroundings): Flow {
  const [first] = flows;
  if (flows.length === 1 && node.inputs.length === 1) return { ...first!, path: passed(node, first!) };
  const joined = joinedFlow(flows, named(node, 'joins it with something else'));
  const axis = first!.axes && normalizedAxis(node.attributes.get('axis')?.int ?? 0, first!.axes.length);
  const whole = flows.length === node.inputs.length;
  const axes =
    first!.axes && axis !== null
      ? first!.axes.map((kept, i) =>
          i === axis
            ? [atom('feature', sum(flows.map((flow) => (flow.axes?.[i] ? axisSize(flow.axes[i]) : null))))]
            : kept,
        )
      : null;
  const comparable =
    whole &&
    axes !== null &&
    flows.every(
      (flow) =>
        flow.layers.length > 0 &&
        flow.inputs.length === 0 &&
        flow.axes?.length === axes.length &&
        flow.dense === null &&
        flow.activation === 'none',
    );
  const alongFeatures =
    comparable && flows.every((flow) => hasRole(flow.axes![axis!]!, 'feature') && !hasRole(flow.axes![axis!]!, 'time'));
  if (!alongFeatures) return { ...joined, axes, path: passed(node, joined) };
  // The last states of both directions side by side are the last hidden state of the bidirectional layer.
  const moments = distinct(flows.map((flow) => settledMoment(flow, around)));
  return {
    ...joined,
    axes,
    layers: flows.flatMap((flow) => flow.layers),
    unchanged: flows.every((flow) => flow.unchanged),
    moment: moments.length === 1 ? moments[0]! : 'other',
    notLinear: flows.find((flow) => flow.notLinear !== null)?.notLinear ?? null,
    path: passed(node, joined),
  };
}

/** The end in time is the last computed state of a forward layer, the start that of a reverse one. */
export function settledMoment(flow: Flow, around: Pick<Surroundings, 'directionOf'>): Moment {
  const all = (direction: string): boolean => flow.layers.every((layer) => around.directionOf(layer) === direction);
  if (flow.moment === 'end') return all('forward') ? 'last' : 'other';
  if (flow.moment === 'start') return all('reverse') ? 'last' : 'other';
  return flow.moment;
}

function followArithmetic(node: OnnxNode, flows: readonly Flow[], around: Surroundings): Flow {
  const flow = joinedFlow(flows, named(node, 'joins it with another path'));
  const input =
    node.inputs.find(
      (name) => around.flowOf(name)?.path === flow.path && around.flowOf(name)?.layers === flow.layers,
    ) ??
    node.inputs[0] ??
    '';
  const result = {
    ...flow,
    axes: flows.length === 1 || sameAxes(flows) ? arithmeticAxes(node, flow, around) : null,
    unchanged: false,
    trained: flow.trained || node.inputs.some((name) => isWeight(name, around.scope, 0)),
    path: passed(node, flow),
    activation: finalActivation(node),
    beforeActivation: finalActivation(node) === 'none' ? null : { tensor: input, axes: flow.axes },
  };
  if (flow.layers.length === 0 || flow.notLinear !== null) return result;
  return { ...result, ...readoutStep(node, flow, around) };
}

/** What a node does to a readout that was linear so far. */
function readoutStep(node: OnnxNode, flow: Flow, around: Surroundings): Partial<Flow> {
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

const named = (node: OnnxNode, what: string): string => `${node.operator} "${node.name}" ${what}`;

function finalActivation(node: OnnxNode): FinalActivation {
  if (node.domain !== '') return 'none';
  if (node.operator === 'Softmax') return 'softmax';
  if (node.operator === 'LogSoftmax') return 'logSoftmax';
  return node.operator === 'Sigmoid' ? 'sigmoid' : 'none';
}

/** Operators after which every axis stands for what it stood for before. */
const keepsAxes = new Set(
  (
    'Abs Add BatchNormalization Celu Ceil Clip Cos Div Elu Erf Exp Floor Gelu HardSigmoid HardSwish InstanceNormalization LayerNormalization LeakyRelu Log ' +
    'LogSoftmax Max Min Mish Mul Neg Not Pad Pow PRelu QuantizeLinear DequantizeLinear Reciprocal Relu Round Selu Sigmoid Sign Sin Softmax Softplus Softsign ' +
    'Sqrt Sub Tanh ThresholdedRelu Where'
  ).split(' '),
);

function arithmeticAxes(node: OnnxNode, flow: Flow, around: Surroundings): readonly Axis[] | null {
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

function sameAxes(flows: readonly Flow[]): boolean {
  const shape = (flow: Flow): string =>
    JSON.stringify(flow.axes?.map((axis) => axis.map((part) => [part.role, part.input, part.position])) ?? null);
  return flows.every((flow) => shape(flow) === shape(flows[0]!));
}

/** A list of integers that is an attribute in old operator sets and an input in new ones; null when it is left out. */
function listOf(
  node: OnnxNode,
  input: number,
  attribute: string,
  around: Surroundings,
): readonly number[] | null | 'unknown' {
  const name = node.inputs[input] ?? '';
  if (name !== '') {
    const constant = around.constants(name, around.scope);
    return constant === null ? 'unknown' : Array.from(constant.values);
  }
  return node.attributes.get(attribute)?.ints ?? null;
}

/** The sizes of a shape tensor, null for each that is computed from an input; null when even their number is unknown. */
function sizesOf(name: string, around: Surroundings, depth: number): readonly (number | null)[] | null {
  const constant = around.constants(name, around.scope);
  if (constant !== null) return Array.from(constant.values);
  const origin = originOf(name, around.scope);
  if (origin?.kind !== 'node' || depth > 16) return null;
  const { node, scope } = origin;
  const inner = { ...around, scope };
  if (node.operator === 'Concat') {
    const parts = node.inputs.map((input) => sizesOf(input, inner, depth + 1));
    return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
  }
  if (node.operator === 'Cast' || node.operator === 'Identity') return sizesOf(node.inputs[0] ?? '', inner, depth + 1);
  if (node.operator === 'Unsqueeze') return [null];
  if (node.operator === 'Gather' || node.operator === 'Slice') {
    const indices = node.operator === 'Gather' ? around.constants(node.inputs[1] ?? '', scope) : null;
    if (node.operator === 'Gather')
      return indices === null ? null : indices.dims.length === 0 ? [null] : Array.from(indices.values, () => null);
    const starts = listOf(node, 1, 'starts', inner);
    const ends = listOf(node, 2, 'ends', inner);
    if (starts === null || ends === null || starts.length !== 1 || starts === 'unknown' || ends === 'unknown')
      return null;
    const [from = -1] = starts;
    const count = (ends[0] ?? 0) - from;
    return from >= 0 && count > 0 && count < 16 ? new Array<null>(count).fill(null) : null;
  }
  return null;
}

/** Whether a tensor is more than one floating number stored in the file. */
function isWeight(name: string, scope: Scope, depth: number): boolean {
  const origin = originOf(name, scope);
  if (origin === null || origin.kind === 'input' || depth > 16) return false;
  if (origin.kind === 'initializer') return floatTypes.has(origin.tensor.dataType) && sizeOf(origin.tensor.dims) > 1;
  if (origin.node.operator === 'Constant') {
    const tensor = origin.node.attributes.get('value')?.tensor;
    return tensor != null && floatTypes.has(tensor.dataType) && sizeOf(tensor.dims) > 1;
  }
  if (origin.node.operator === 'DequantizeLinear')
    return originOf(origin.node.inputs[0] ?? '', origin.scope)?.kind === 'initializer';
  const follows = ['Transpose', 'Cast', 'Identity', 'Unsqueeze', 'Squeeze', 'Reshape', 'Slice', 'Concat'];
  return follows.includes(origin.node.operator) && isWeight(origin.node.inputs[0] ?? '', origin.scope, depth + 1);
}

function sum(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce((total, size) => (total === null || size === null ? null : total + size), 0);
}
