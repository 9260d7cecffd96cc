import { mostAxes } from './axes';
import { concatenated, emptyLike, reshaped, sliced, transposed } from './arrayOperations';
import type { OnnxNode, OnnxTensor } from './model';
import { originOf } from './scope';
import type { Scope } from './scope';
import { floatTypes, sizeOf, tensorNumbers } from './tensorNumbers';
import type { Numbers, ReadExternalData } from './tensorNumbers';

/** A constant of the graph together with the tensor of the file its numbers come from. */
export interface Constant extends Numbers {
  readonly tensor: string;
}

/** The constant behind a tensor name, or null when it depends on an input or on an operator that is not followed. */
export type Constants = (name: string, scope: Scope) => Constant | null;

/** Chains longer than this are no weights; the limit also ends a cycle in a broken file. */
const longestChain = 64;

/**
 * Larger results are left to the runtime, and so is everything once all results together are so large: a few bytes of a
 * hostile file can ask for terabytes of numbers.
 */
const mostNumbers = 2 ** 28;
const mostRepeated = 2 ** 24;

/**
 * Works out what a tensor holds when it is an initializer, a Constant, or reached from those through ConstantOfShape,
 * Identity, Unsqueeze, Squeeze, Concat, Slice, Transpose, Cast, Reshape, Flatten and DequantizeLinear.
 */
export function constantsOf(file: string, readExternal: ReadExternalData): Constants {
  const known = new Map<Scope, Map<string, Constant | null>>();
  // Every subgraph may read a tensor of the graph around it.
  const decoded = new Map<OnnxTensor, Numbers | null>();
  let computed = 0;

  const decode = (tensor: OnnxTensor): Numbers | null => {
    const before = decoded.get(tensor);
    if (before !== undefined) return before;
    const numbers = tensorNumbers(tensor, file, readExternal);
    decoded.set(tensor, numbers);
    return numbers;
  };

  const evaluate = (name: string, scope: Scope, depth: number): Constant | null => {
    if (name === '' || depth > longestChain) return null;
    let inScope = known.get(scope);
    if (inScope === undefined) known.set(scope, (inScope = new Map<string, Constant | null>()));
    const before = inScope.get(name);
    if (before !== undefined) return before;
    const origin = originOf(name, scope);
    let result: Constant | null = null;
    if (origin?.kind === 'initializer') {
      const numbers = decode(origin.tensor);
      result = numbers && { ...numbers, tensor: name };
    } else if (origin?.kind === 'node' && origin.node.domain === '' && origin.node.outputs[0] === name) {
      const { operator } = origin.node;
      const operation = Object.hasOwn(operations, operator) && computed < mostNumbers ? operations[operator] : null;
      const operand = (i: number): Constant | null => evaluate(origin.node.inputs[i] ?? '', origin.scope, depth + 1);
      const numbers = operation?.(origin.node, operand, decode) ?? null;
      // Operators that only change the sizes hand the same numbers on.
      if (numbers !== null && numbers.values !== operand(0)?.values) computed += numbers.values.length;
      // The name a reader of the file knows is that of the stored tensor, not that of the last Unsqueeze.
      const source = origin.node.inputs.length === 1 || origin.node.operator !== 'Concat' ? operand(0)?.tensor : null;
      result = numbers && { ...numbers, tensor: source ?? name };
    }
    inScope.set(name, result);
    return result;
  };
  return (name, scope) => evaluate(name, scope, 0);
}

type Operation = (
  node: OnnxNode,
  operand: (i: number) => Constant | null,
  decode: (tensor: OnnxTensor) => Numbers | null,
) => Numbers | null;

const operations: Readonly<Record<string, Operation>> = {
  Constant: (node, _operand, decode) => {
    const value = node.attributes.get('value');
    if (value?.tensor) return decode(value.tensor);
    for (const [name, attribute] of node.attributes) {
      if (name === 'value_float' && attribute.float !== null) return scalars([attribute.float], [], 'float32');
      if (name === 'value_floats') return scalars(attribute.floats, [attribute.floats.length], 'float32');
      if (name === 'value_int' && attribute.int !== null) return scalars([attribute.int], [], 'integer');
      if (name === 'value_ints') return scalars(attribute.ints, [attribute.ints.length], 'integer');
    }
    return null;
  },
  ConstantOfShape: (node, operand, decode) => {
    const shape = operand(0);
    if (shape === null || shape.values.length > mostAxes) return null;
    const dims = Array.from(shape.values);
    const size = sizeOf(dims);
    if (!(size >= 0 && size <= mostRepeated)) return null;
    const tensor = node.attributes.get('value')?.tensor ?? null;
    const fill = tensor === null ? scalars([0], [1], 'float32') : decode(tensor);
    return fill && { dims, kind: fill.kind, values: emptyLike(fill, size).fill(fill.values[0] ?? 0) };
  },
  Identity: (_node, operand) => operand(0),
  Unsqueeze: (node, operand) => {
    const x = operand(0);
    const axes = axesOf(node, operand(1));
    if (x === null || axes === null) return null;
    const rank = x.dims.length + axes.length;
    if (rank > mostAxes) return null;
    const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
    if (added.size !== axes.length || [...added].some((axis) => axis < 0 || axis >= rank)) return null;
    const rest = [...x.dims];
    return reshaped(
      x,
      Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.shift()!)),
    );
  },
  Squeeze: (node, operand) => {
    const x = operand(0);
    if (x === null) return null;
    const axes = axesOf(node, operand(1))?.map((axis) => (axis < 0 ? axis + x.dims.length : axis)) ?? null;
    return reshaped(
      x,
      x.dims.filter((dim, axis) => (axes === null ? dim !== 1 : !axes.includes(axis))),
    );
  },
  Reshape: (_node, operand) => {
    const x = operand(0);
    const shape = operand(1);
    if (x === null || shape === null || shape.values.length > mostAxes) return null;
    const dims = Array.from(shape.values, (size, axis) => (size === 0 ? (x.dims[axis] ?? 0) : size));
    const free = dims.indexOf(-1);
    if (free >= 0) {
      dims[free] = 1;
      dims[free] = x.values.length / Math.max(1, sizeOf(dims));
    }
    return reshaped(x, dims);
  },
  Flatten: (node, operand) => {
    const x = operand(0);
    const axis = node.attributes.get('axis')?.int ?? 1;
    return x && reshaped(x, [sizeOf(x.dims.slice(0, axis)), sizeOf(x.dims.slice(axis))]);
  },
  Transpose: (node, operand) => {
    const x = operand(0);
    if (x === null) return null;
    const order = node.attributes.get('perm')?.ints ?? [];
    return transposed(x, order.length > 0 ? order : x.dims.map((_, axis) => x.dims.length - 1 - axis));
  },
  Concat: (node, operand) => {
    const parts = node.inputs.map((_, i) => operand(i));
    if (parts.some((part) => part === null) || parts.reduce((sum, part) => sum + part!.values.length, 0) > mostNumbers)
      return null;
    return concatenated(
      parts.filter((part) => part !== null),
      node.attributes.get('axis')?.int ?? 0,
    );
  },
  Slice: (node, operand) => {
    const x = operand(0);
    if (x === null) return null;
    const list = (name: string, i: number): readonly number[] | null => {
      const constant = node.inputs[i] ? operand(i) : null;
      return constant ? Array.from(constant.values) : (node.attributes.get(name)?.ints ?? null);
    };
    const isUnread = (i: number): boolean => (operand(i)?.values.length ?? Infinity) > mostAxes;
    if (node.inputs.some((input, i) => i > 0 && input !== '' && isUnread(i))) return null;
    const starts = list('starts', 1);
    const ends = list('ends', 2);
    if (starts === null || ends === null) return null;
    const axes = list('axes', 3) ?? starts.map((_, i) => i);
    const steps = list('steps', 4) ?? starts.map(() => 1);
    return sliced(
      x,
      starts.map((start, i) => ({ axis: axes[i] ?? i, start, end: ends[i] ?? 0, step: steps[i] ?? 1 })),
    );
  },
  Cast: (node, operand) => {
    const x = operand(0);
    const to = node.attributes.get('to')?.int ?? 0;
    if (x === null) return null;
    if (to === 1) return { dims: x.dims, kind: 'float32', values: Float32Array.from(x.values) };
    if (to === 11) return { dims: x.dims, kind: 'float64', values: Float64Array.from(x.values) };
    // A cast to half precision would round; the runtime does that, and nothing here needs it.
    if (floatTypes.has(to)) return null;
    return { dims: x.dims, kind: 'integer', values: Float64Array.from(x.values, Math.trunc) };
  },
  DequantizeLinear: (node, operand) => {
    const x = operand(0);
    const scale = operand(1);
    const zero = node.inputs[2] ? operand(2) : null;
    if (x === null || scale === null || (node.inputs[2] && zero === null)) return null;
    if ((node.attributes.get('block_size')?.int ?? 0) !== 0) return null;
    const given = node.attributes.get('axis')?.int ?? 1;
    const axis = given < 0 ? given + x.dims.length : given;
    const each = scale.values.length === 1 ? x.values.length : sizeOf(x.dims.slice(axis + 1));
    if (scale.values.length !== 1 && scale.values.length !== x.dims[axis]) return null;
    const values = new Float32Array(x.values.length);
    for (let i = 0; i < values.length; i++) {
      const channel = Math.floor(i / Math.max(1, each)) % scale.values.length;
      values[i] = (x.values[i]! - (zero?.values[channel] ?? 0)) * scale.values[channel]!;
    }
    return { dims: x.dims, kind: 'float32', values };
  },
};

/** Axes are an attribute before opset 13 and an input since. */
function axesOf(node: OnnxNode, input: Constant | null): readonly number[] | null {
  if (node.inputs[1]) return input && input.values.length <= mostAxes ? Array.from(input.values) : null;
  return node.attributes.get('axes')?.ints ?? null;
}

function scalars(values: readonly number[], dims: readonly number[], kind: Numbers['kind']): Numbers {
  return { dims, kind, values: kind === 'float32' ? Float32Array.from(values) : Float64Array.from(values) };
}
