import { axisSize, hasRole, normalizedAxis, reshapedAxes, squeezedAxes, transposedAxes, unsqueezedAxes } from './axes';
import type { Axis } from './axes';
import type { Flow } from './flow';
import type { OnnxNode } from './model';
import { named } from './readoutStep';
import { listOf, sizesOf } from './shapeOperands';
import type { Surroundings } from './surroundings';

/** The element types float32 and float64, in which every float32 stays what it is. */
const keepsFractions: ReadonlySet<number> = new Set([1, 11]);

type MoveRule = (node: OnnxNode, flow: Flow, around: Surroundings) => Flow;

/** What an operator that moves or selects numbers without changing them does to a flow; undefined for other operators. */
export function moveRule(operator: string): MoveRule | undefined {
  return Object.hasOwn(moveRules, operator) ? moveRules[operator] : undefined;
}

const moveRules: Readonly<Record<string, MoveRule>> = {
  Identity: (_node, flow) => flow,
  Cast: (node, flow) =>
    keepsFractions.has(node.attributes.get('to')?.int ?? 0)
      ? flow
      : {
          ...flow,
          unchanged: false,
          embedding: null,
          notLinear: flow.notLinear ?? named(node, 'rounds the hidden states'),
        },
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
    const target = sizesOf(node.inputs[1] ?? '', around) ?? node.attributes.get('shape')?.ints ?? null;
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
    const [index = 0] = indices.values;
    const first = index < 0 && size !== null ? index + size : index;
    const selected = select(flow, axis, { first, count: indices.values.length }, around);
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
          sliceSelection(start, ends[i] ?? 0, steps?.[i] ?? 1, axisSize(selected.axes[axis]!)),
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
      notLinear: flow.notLinear ?? `Split "${node.name}" reads a part of the hidden states.`,
    };
  },
};

/** Some indices of an axis: how many, and the first, counted from the end when negative; null where it is not known. */
interface Selection {
  readonly first: number | null;
  readonly count: number | null;
}

/** What a Slice takes of an axis; null for all of it. */
function sliceSelection(start: number, end: number, step: number, size: number | null): Selection | null {
  if (step === 1 && start === 0 && (end > 2 ** 31 || (size !== null && end >= size))) return null;
  if (size !== null && step !== 0) {
    const low = step > 0 ? 0 : -1;
    const clamp = (i: number): number => Math.min(step > 0 ? size : size - 1, Math.max(low, i < 0 ? i + size : i));
    const count = Math.max(0, Math.ceil((clamp(end) - clamp(start)) / step));
    return count === size && step === 1 ? null : { first: clamp(start), count };
  }
  if (start === -1 && end > 2 ** 31 && step === 1) return { first: -1, count: 1 };
  if (start >= 0 && end === start + 1) return { first: start, count: 1 };
  return { first: null, count: null };
}

function select(flow: Flow, axis: number, selection: Selection | null, around: Surroundings): Flow {
  if (selection === null || flow.axes === null) return flow;
  const old = flow.axes[axis]!;
  const size = axisSize(old);
  const one = selection.count === 1 ? selection.first : null;
  const kept: Axis = one !== null ? [] : old.map((part) => ({ ...part, size: selection.count }));
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
      notLinear: flow.notLinear ?? 'Only a part of the hidden states or sequences is read.',
    };
  }
  return { ...flow, axes, layers, moment, whole: false };
}
