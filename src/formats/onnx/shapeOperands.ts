import { mostAxes } from './axes';
import type { OnnxNode } from './model';
import { originOf } from './scope';
import type { Surroundings } from './surroundings';

/** A list of integers that is an attribute in old operator sets and an input in new ones; null when it is left out. */
export function listOf(
  node: OnnxNode,
  input: number,
  attribute: string,
  around: Surroundings,
): readonly number[] | null | 'unknown' {
  const name = node.inputs[input] ?? '';
  if (name !== '') {
    const constant = around.constants(name, around.scope);
    return constant === null || constant.values.length > mostAxes ? 'unknown' : Array.from(constant.values);
  }
  return node.attributes.get(attribute)?.ints ?? null;
}

/**
 * The sizes of a shape tensor, null for each that is computed from an input; null when even their number is unknown, or when
 * more tensors would have to be looked at than `left` says: a hostile file can join a tensor with itself without end.
 */
export function sizesOf(
  name: string,
  around: Surroundings,
  left = { tensors: 256 },
): readonly (number | null)[] | null {
  const constant = around.constants(name, around.scope);
  if (constant !== null) return constant.values.length > mostAxes ? null : Array.from(constant.values);
  const origin = originOf(name, around.scope);
  if (origin?.kind !== 'node' || left.tensors-- <= 0) return null;
  const { node, scope } = origin;
  const inner = { ...around, scope };
  if (node.operator === 'Concat') {
    const parts = node.inputs.map((input) => sizesOf(input, inner, left));
    return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
  }
  if (node.operator === 'Cast' || node.operator === 'Identity') return sizesOf(node.inputs[0] ?? '', inner, left);
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
