import type { ModelInput } from '../../core/checkpoint';
import { counted } from '../../core/counted';
import { Problem } from '../../core/problem';
import type { Sequences, Tensor } from '../../core/sequences';
import { elementsOf } from './elementsOf';
import { readHoldout, readLabels, readLengths } from './sideArrays';

/** What a model with one input may also call it. */
const plainNames = ['x', 'X', 'input', 'inputs'];

/**
 * Matches named arrays with the inputs of a model and checks that they belong together: every array named, of the right
 * shape, of one number of sequences m, and finite. An input that tells the model how long each sequence is may be left out:
 * `lengths` serves it too; and where `lengths` is left out, that input's array serves.
 *
 * @param arrays shaped (m, … the input's shape without its batch axis); inputs without a batch axis as the model shapes them.
 * @throws Problem naming the array, what it is and what it should be.
 */
export function assembleSequences(
  arrays: ReadonlyMap<string, Tensor>,
  inputs: readonly ModelInput[],
  fileName: string,
): Sequences {
  const named = withPlainName(arrays, inputs);
  refuseUnknown(named, inputs, fileName);
  const batched = new Map<string, Tensor>();
  const fixed = new Map<string, Tensor>();
  for (const input of inputs) {
    const array = named.get(input.name);
    if (!array && isNeeded(input))
      throw new Problem(
        `${fileName} has no array for the model's input ${input.name}, which has ${shapeText(input)}; it has ${list(named)}.`,
      );
    if (!array) continue;
    checkShape(array, input, fileName);
    const place = `the array ${input.name} in ${fileName}`;
    (input.batchAxis === null ? fixed : batched).set(input.name, {
      dims: array.dims,
      values: elementsOf(array, input.elementType, place),
    });
  }
  const count = countOf(batched, fileName);
  const steps = stepsOf(batched, inputs);
  const isEmpty = [...batched.values()].some(({ values }) => values.length === 0);
  if (count === 0 || steps === 0 || isEmpty)
    throw new Problem(`${fileName} holds no sequences: its arrays have the length 0; add at least one.`);
  const side = (name: string) => (inputs.some((input) => input.name === name) ? undefined : named.get(name));
  const lengthsInput = inputs.find(({ name, role }) => role === 'lengths' && named.has(name));
  const lengthsName = side('lengths') ? 'lengths' : (lengthsInput?.name ?? 'lengths');
  const lengths = readLengths(named.get(lengthsName), count, steps, { name: lengthsName, fileName });
  return {
    count,
    inputs: batched,
    fixed,
    lengths,
    labels: readLabels(side('labels'), count, steps, lengths, fileName),
    holdout: readHoldout(side('holdout'), count, fileName),
  };
}

/**
 * Refuses names of arrays that belong to nothing in the model, so that nobody unpacks them.
 *
 * @throws Problem naming the first of them.
 */
export function checkArrayNames(names: readonly string[], inputs: readonly ModelInput[], fileName: string): void {
  refuseUnknown(withPlainName(new Map(names.map((name) => [name, null])), inputs), inputs, fileName);
}

/** A model with one input to be given may have it called x, X, input or inputs, when only one array can be meant. */
function withPlainName<T>(arrays: ReadonlyMap<string, T>, inputs: readonly ModelInput[]): ReadonlyMap<string, T> {
  const needed = inputs.filter(isNeeded);
  const [only] = needed;
  if (needed.length !== 1 || !only || arrays.has(only.name)) return arrays;
  const candidates = plainNames.filter((name) => arrays.has(name) && !inputs.some((input) => input.name === name));
  if (candidates.length !== 1) return arrays;
  return new Map([...arrays].map(([name, array]) => [name === candidates[0] ? only.name : name, array]));
}

/** States start at zero, and lengths are those of the sequences, when no array is given for them. */
export const isNeeded = ({ role }: ModelInput): boolean => role !== 'state' && role !== 'lengths';

const sideArrays = ['labels', 'lengths', 'holdout'];

function refuseUnknown(arrays: ReadonlyMap<string, unknown>, inputs: readonly ModelInput[], fileName: string): void {
  const expected = [...inputs.map(({ name }) => name), ...sideArrays];
  for (const name of arrays.keys()) {
    if (expected.includes(name)) continue;
    throw new Problem(
      `${fileName} holds an array "${name}", which is no input of the model; expected are ${inputs.map((input) => input.name).join(', ')}, and optionally ${sideArrays.join(', ')}.`,
    );
  }
}

/** The shape one sequence has in an input: the batch axis removed. */
export function sequenceShape({ shape, batchAxis }: ModelInput): readonly (number | null)[] {
  return batchAxis === null ? shape : shape.filter((_, axis) => axis !== batchAxis);
}

function checkShape({ dims }: Tensor, input: ModelInput, fileName: string): void {
  const actual = input.batchAxis === null ? dims : dims.slice(1);
  const expected = sequenceShape(input);
  const fits =
    dims.length >= (input.batchAxis === null ? 0 : 1) &&
    actual.length === expected.length &&
    expected.every((size, axis) => size === null || size === actual[axis]);
  if (fits) return;
  throw new Problem(
    `The array ${input.name} in ${fileName} has the shape [${dims.join(', ')}], but it should have ${shapeText(input)}.`,
  );
}

function shapeText(input: ModelInput): string {
  const time =
    input.timeAxis === null
      ? -1
      : input.timeAxis - (input.batchAxis !== null && input.batchAxis < input.timeAxis ? 1 : 0);
  const sizes = sequenceShape(input).map((size, axis) => size ?? (axis === time ? 'steps' : 'any'));
  return input.batchAxis === null
    ? `the shape [${sizes.join(', ')}], given once`
    : `the shape [${['sequences', ...sizes].join(', ')}]`;
}

function countOf(batched: ReadonlyMap<string, Tensor>, fileName: string): number {
  let first: { name: string; count: number } | null = null;
  for (const [name, { dims }] of batched) {
    const count = dims[0] ?? 0;
    first ??= { name, count };
    if (count !== first.count)
      throw new Problem(
        `${fileName} holds ${counted(first.count, 'sequence')} in ${first.name} but ${count} in ${name}; they must be as many.`,
      );
  }
  if (!first)
    throw new Problem(`${fileName} holds no sequences: no array belongs to an input that has one entry a sequence.`);
  return first.count;
}

/** How many steps the sequences have, padding included: along the time axis of the first input that has one. */
function stepsOf(batched: ReadonlyMap<string, Tensor>, inputs: readonly ModelInput[]): number | null {
  for (const { name, role, timeAxis, batchAxis } of inputs) {
    const dims = batched.get(name)?.dims;
    if (role !== 'sequence' || timeAxis === null || batchAxis === null || !dims) continue;
    return dims[timeAxis < batchAxis ? timeAxis + 1 : timeAxis] ?? null;
  }
  return null;
}

const list = (arrays: ReadonlyMap<string, Tensor>): string =>
  arrays.size === 0 ? 'no arrays' : [...arrays.keys()].join(', ');
