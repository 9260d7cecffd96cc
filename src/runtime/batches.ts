import type { ModelInput } from '../core/checkpoint';
import { counted } from '../core/counted';
import { Problem } from '../core/problem';
import type { Sequences, Tensor } from '../core/sequences';
import { clipped } from './clipping';

/** One call of the model. */
export interface Batch {
  /** Which sequences it holds. */
  readonly sequences: readonly number[];
  /** How many copies of the last sequence stand behind them to fill a frozen batch. */
  readonly copies: number;
  /** Steps of the model's sequence inputs; null when no input has a time axis. */
  readonly steps: number | null;
  readonly inputs: ReadonlyMap<string, Tensor>;
}

export interface BatchPlan {
  /** Steps of each sequence on the model's inputs, padding excluded. */
  readonly lengths: Int32Array;
  /** Whether the model sees padding, because its time axis has a fixed size. */
  readonly padded: boolean;
  readonly batches: Iterable<Batch>;
}

/** A run should neither be slow for being small nor hold more than about this many numbers in one input. */
const mostSequences = 128;
const mostNumbers = 2 ** 22;

/**
 * Arranges the user's sequences as the model wants them: the batch axis put where it belongs, sequences of one length
 * together (longest first) so that no padding is seen, frozen batches filled up, states that are not given at zero, lengths
 * that are not given those of the sequences.
 *
 * `clip` bounds every coordinate of the sequences; `numbersPerStep` says how much a run holds for each step.
 *
 * @throws Problem naming an input that is missing or has another shape than the model's.
 */
export function planBatches(
  inputs: readonly ModelInput[],
  sequences: Sequences,
  {
    file,
    clip,
    numbersPerStep,
  }: { readonly file: string; readonly clip: number | null; readonly numbersPerStep: number },
): BatchPlan {
  checkNames(inputs, sequences, file);
  for (const input of inputs) checkShape(input, sequences, file);
  const timed = inputs.find(
    ({ name, role, timeAxis }) => role === 'sequence' && timeAxis !== null && sequences.inputs.has(name),
  );
  const longest = timed ? timeSize(timed, sequences.inputs.get(timed.name)!) : 1;
  const lengths = sequences.lengths ?? new Int32Array(sequences.count).fill(longest);
  const free = timed !== undefined && timed.shape[timed.timeAxis!] === null;
  const sized = inputs.filter(({ name, role }) => role === 'sequence' && sequences.inputs.has(name));
  const frozen =
    sized.map(({ shape, batchAxis }) => shape[batchAxis ?? -1] ?? null).find((size) => size !== null) ?? null;
  const widest = inputs.reduce(
    (most, { name }) => Math.max(most, sizeOf(sequences.inputs.get(name)?.dims.slice(1) ?? [])),
    longest * numbersPerStep,
  );
  const batchSize = frozen ?? Math.max(1, Math.min(mostSequences, Math.floor(mostNumbers / widest)));
  return {
    lengths,
    padded: !free && lengths.some((length) => length < longest),
    batches: eachBatch(inputs, sequences, {
      lengths,
      batchSize,
      frozen,
      longest,
      free,
      hasTime: timed !== undefined,
      clip,
    }),
  };
}

interface Arrangement {
  readonly lengths: Int32Array;
  readonly batchSize: number;
  readonly frozen: number | null;
  readonly longest: number;
  readonly free: boolean;
  readonly hasTime: boolean;
  readonly clip: number | null;
}

function* eachBatch(inputs: readonly ModelInput[], sequences: Sequences, arrangement: Arrangement): Iterable<Batch> {
  const { lengths, batchSize, frozen, longest, free, hasTime, clip } = arrangement;
  const order = Array.from({ length: sequences.count }, (_, i) => i);
  if (free) order.sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  for (let start = 0; start < order.length;) {
    let end = start;
    const length = free ? lengths[order[start]!]! : longest;
    while (end < order.length && end - start < batchSize && (!free || lengths[order[end]!] === length)) end++;
    const real = order.slice(start, end);
    const filled = [...real];
    while (frozen !== null && filled.length < frozen) filled.push(real.at(-1)!);
    const tensors = inputs.map((input): [string, Tensor] => {
      const tensor = tensorFor(input, sequences, filled, { lengths, longest, length });
      return [input.name, clip !== null && input.role === 'sequence' ? clipped(tensor, clip) : tensor];
    });
    yield {
      sequences: real,
      copies: filled.length - real.length,
      steps: hasTime ? length : null,
      inputs: new Map(tensors),
    };
    start = end;
  }
}

function tensorFor(
  input: ModelInput,
  sequences: Sequences,
  chosen: readonly number[],
  { lengths, longest, length }: { readonly lengths: Int32Array; readonly longest: number; readonly length: number },
): Tensor {
  const given = sequences.inputs.get(input.name);
  if (given === undefined) {
    const fixed = sequences.fixed.get(input.name);
    if (fixed !== undefined) return fixed;
    if (input.role === 'lengths')
      return { dims: [chosen.length], values: Int32Array.from(chosen, (sequence) => lengths[sequence]!) };
    // A state that is not given starts at zero.
    const dims = input.shape.map((size, axis) => size ?? (axis === input.batchAxis ? chosen.length : 1));
    return { dims, values: new Float32Array(sizeOf(dims)) };
  }
  const batchAxis = input.batchAxis ?? 0;
  const one = given.dims.slice(1);
  const time =
    input.timeAxis === null || input.role !== 'sequence' ? null : input.timeAxis - (input.timeAxis > batchAxis ? 1 : 0);
  const kept = one.map((size, axis) => (axis === time && size === longest ? length : size));
  const dims = [...kept.slice(0, batchAxis), chosen.length, ...kept.slice(batchAxis)];
  // Seen from the batch axis, one sequence is `outer` blocks; each block is contiguous in the user's array and in ours.
  const outer = sizeOf(kept.slice(0, batchAxis));
  const inner = sizeOf(kept.slice(batchAxis));
  const values = emptyLike(given, outer * inner * chosen.length);
  chosen.forEach((sequence, b) => {
    const whole = cut(given, sequence, one, kept);
    for (let o = 0; o < outer; o++)
      values.set(whole.subarray(o * inner, (o + 1) * inner) as never, (o * chosen.length + b) * inner);
  });
  return { dims, values };
}

/** One sequence's numbers with each axis shortened to `kept`. */
function cut(given: Tensor, sequence: number, dims: readonly number[], kept: readonly number[]): Tensor['values'] {
  const size = sizeOf(dims);
  const whole = given.values.subarray(sequence * size, (sequence + 1) * size);
  const axis = dims.findIndex((dim, i) => dim !== kept[i]);
  if (axis < 0) return whole;
  const inner = sizeOf(dims.slice(axis + 1));
  const outer = sizeOf(dims.slice(0, axis));
  const result = emptyLike(given, outer * kept[axis]! * inner);
  for (let o = 0; o < outer; o++) {
    const from = o * dims[axis]! * inner;
    result.set(whole.subarray(from, from + kept[axis]! * inner) as never, o * kept[axis]! * inner);
  }
  return result;
}

function emptyLike({ values }: Tensor, size: number): Tensor['values'] {
  if (values instanceof Float32Array) return new Float32Array(size);
  if (values instanceof Float64Array) return new Float64Array(size);
  if (values instanceof Int32Array) return new Int32Array(size);
  return values instanceof BigInt64Array ? new BigInt64Array(size) : new Uint8Array(size);
}

function checkNames(inputs: readonly ModelInput[], sequences: Sequences, file: string): void {
  const names = inputs.map(({ name }) => name);
  for (const name of [...sequences.inputs.keys(), ...sequences.fixed.keys()]) {
    if (!names.includes(name))
      throw new Problem(
        `The data have an array "${name}", which is no input of ${file}; its inputs are ${quoted(names)}. Rename the array.`,
      );
  }
  for (const { name, role } of inputs) {
    if (role === 'state' || role === 'lengths' || sequences.inputs.has(name) || sequences.fixed.has(name)) continue;
    throw new Problem(`The input "${name}" of ${file} was not given; add an array of that name to the data.`);
  }
}

function checkShape({ name, shape, batchAxis }: ModelInput, sequences: Sequences, file: string): void {
  const given = sequences.inputs.get(name);
  const fixed = sequences.fixed.get(name);
  const dims = given ? given.dims.slice(1) : fixed?.dims;
  if (dims === undefined) return;
  // The shape of an input that declares none is the runtime's to judge.
  if (shape.length === 0 && dims.length > 0) return;
  const expected = given ? shape.filter((_, axis) => axis !== (batchAxis ?? -1)) : shape;
  const fits = dims.length === expected.length && expected.every((size, axis) => size === null || size === dims[axis]);
  if (!fits) {
    const text = `[${expected.map((size) => size ?? 'any').join(', ')}]`;
    const what = given ? 'for each sequence' : 'in all';
    throw new Problem(
      `The input "${name}" of ${file} takes ${text} ${what}, but the data have [${dims.join(', ')}]; reshape the array.`,
    );
  }
  if (given && given.dims[0] !== sequences.count) {
    throw new Problem(
      `The input "${name}" of ${file} has ${counted(given.dims[0] ?? 0, 'sequence')} in the data, but there ${sequences.count === 1 ? 'is' : 'are'} ${sequences.count}; give one entry a sequence.`,
    );
  }
}

function timeSize({ timeAxis, batchAxis }: ModelInput, { dims }: Tensor): number {
  const axis = timeAxis! - (batchAxis !== null && timeAxis! > batchAxis ? 1 : 0);
  return dims[axis + 1] ?? 1;
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}
