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

/**
 * The states that a layer starts from where all are numbers of the file, one vector [size] of each state for the layer in this
 * slot; null where one is computed, or is not the same for every sequence.
 */
export function learnedStates(
  tensors: readonly string[],
  { scope, constants }: { readonly scope: Scope; readonly constants: Constants },
  at: { readonly size: number; readonly slot: number; readonly directions: number; readonly batchMajor: boolean },
): RecurrentLayer['learnedStates'] {
  const found = tensors.map((tensor) => learnedState(tensor, scope, constants, at));
  return found.every((state) => state !== null) ? found : null;
}

type LearnedState = NonNullable<RecurrentLayer['learnedStates']>[number];

function learnedState(
  tensor: string,
  scope: Scope,
  constants: Constants,
  at: { readonly size: number; readonly slot: number; readonly directions: number; readonly batchMajor: boolean },
): LearnedState | null {
  const { size, slot, directions, batchMajor } = at;
  if (tensor === '' || storedState(tensor, scope, constants, { tensors: 256 }) === 'zero')
    return { rows: size, columns: 1, values: new Float64Array(size), tensor };
  const constant = constants(beforeExpand(tensor, scope, 16), scope);
  // [directions, batch, size], or [batch, directions, size]; what was expanded had one row for all sequences.
  if (constant === null || constant.values.length % size !== 0 || constant.dims.at(-1) !== size) return null;
  const rows = constant.values.length / size;
  if (rows % directions !== 0 && rows !== 1) return null;
  const batch = Math.max(1, rows / directions);
  const row = (entry: number): Float64Array => {
    const place = rows === 1 ? 0 : batchMajor ? entry * directions + slot : slot * batch + entry;
    return Float64Array.from(constant.values.subarray(place * size, (place + 1) * size));
  };
  const values = row(0);
  for (let entry = 1; entry < batch; entry++) if (row(entry).some((value, k) => value !== values[k])) return null;
  return values.every(Number.isFinite) ? { rows: size, columns: 1, values, tensor: constant.tensor } : null;
}

/** The tensor that an Expand along the batch has made this one of; itself where there is none. */
function beforeExpand(tensor: string, scope: Scope, left: number): string {
  const origin = originOf(tensor, scope);
  if (left === 0 || origin?.kind !== 'node' || origin.node.domain !== '') return tensor;
  const isRepeated = origin.node.operator === 'Expand' || origin.node.operator === 'Identity';
  return isRepeated ? beforeExpand(origin.node.inputs[0] ?? '', origin.scope, left - 1) : tensor;
}
