import type { RecurrentLayer } from '../../core/checkpoint';
import type { Constants } from './constants';
import type { Flow } from './flow';
import { originOf } from './scope';
import type { Scope } from './scope';

type InitialState = RecurrentLayer['initialState'];

/** What a recurrent node starts from, over all its states; a state that is left out starts at zero. */
export function initialStateOf(
  tensors: readonly string[],
  scope: Scope,
  constants: Constants,
  flowOf: (tensor: string) => Flow | undefined,
): InitialState {
  const found = tensors.map((tensor): InitialState => {
    if (tensor === '') return 'zero';
    const flow = flowOf(tensor);
    if (flow !== undefined)
      return flow.unchanged && !flow.trained && flow.inputs.length > 0 && flow.layers.length === 0
        ? 'given'
        : 'unknown';
    return storedState(tensor, scope, constants, { tensors: 256 });
  });
  for (const state of ['unknown', 'given', 'learned'] as const) if (found.includes(state)) return state;
  return 'zero';
}

/** Operators that repeat, move or select numbers: zeros stay zeros whatever sizes they are given. */
const keepsZeros = new Set([
  'Identity',
  'Cast',
  'Expand',
  'Tile',
  'Slice',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Reshape',
  'Gather',
  'Split',
  'Flatten',
]);

/** `left` is how many tensors may still be looked at: a hostile file can join a tensor with itself without end. */
function storedState(tensor: string, scope: Scope, constants: Constants, left: { tensors: number }): InitialState {
  const constant = constants(tensor, scope);
  if (constant !== null) return constant.values.every((value) => value === 0) ? 'zero' : 'learned';
  const origin = originOf(tensor, scope);
  if (origin?.kind !== 'node' || left.tensors-- <= 0) return 'unknown';
  const { node } = origin;
  if (node.domain !== '') return 'unknown';
  if (node.operator === 'ConstantOfShape') {
    // The shape is computed from an input; the value is in the file, and zero when it is left out.
    const fill = node.attributes.get('value')?.tensor ?? null;
    return fill === null || isZeroTensor(fill) ? 'zero' : 'learned';
  }
  if (keepsZeros.has(node.operator)) return storedState(node.inputs[0] ?? '', origin.scope, constants, left);
  if (node.operator === 'Concat') {
    const parts = node.inputs.map((input) => storedState(input, origin.scope, constants, left));
    return parts.includes('unknown') ? 'unknown' : parts.includes('learned') ? 'learned' : 'zero';
  }
  return 'unknown';
}

/** Zero has all bits zero in every element type, in raw_data and in the typed fields alike. */
function isZeroTensor(tensor: {
  readonly raw: Uint8Array | null;
  readonly packed: readonly Uint8Array[];
  readonly external: object | null;
}): boolean {
  return (
    tensor.external === null &&
    [tensor.raw ?? new Uint8Array(0), ...tensor.packed].every((bytes) => bytes.every((byte) => byte === 0))
  );
}
