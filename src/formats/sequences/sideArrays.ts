import { counted } from '../../core/counted';
import { Problem } from '../../core/problem';
import type { Labels, Tensor } from '../../core/sequences';
import { convertNumbers } from './convertNumbers';

/** `lengths`: for each of m sequences, how many of its steps are not padding. The array may bear a model input's name. */
export function readLengths(
  array: Tensor | undefined,
  count: number,
  steps: number | null,
  { name, fileName }: { readonly name: string; readonly fileName: string },
): Int32Array | null {
  if (!array) return null;
  checkVector(array, name, count, fileName);
  return convertNumbers(array.values, new Int32Array(count), (value, sequence) => {
    const length = Number(value);
    if (Number.isInteger(length) && length >= 1 && length <= (steps ?? 2 ** 31 - 1)) return length;
    throw new Problem(
      `The length of sequence ${sequence} in ${fileName} is ${value}; lengths are whole numbers from 1 to ${steps ?? 'the number of steps'}.`,
    );
  });
}

/** `holdout`: for each of m sequences, 1 when the training has not seen it, 0 when it has. */
export function readHoldout(array: Tensor | undefined, count: number, fileName: string): Uint8Array | null {
  if (!array) return null;
  checkVector(array, 'holdout', count, fileName);
  return convertNumbers(array.values, new Uint8Array(count), (value, sequence): number => {
    const held = Number(value);
    if (held === 0 || held === 1) return held;
    throw new Problem(`The array holdout in ${fileName} says ${value} for sequence ${sequence}; it should say 0 or 1.`);
  });
}

/**
 * `labels`: one a sequence (m) or one a step (m × T). Integers and booleans are classes; floats are values to be predicted,
 * where (m, k) with k other than the number of steps is one vector of k values a sequence, and (m, T, k) one a step.
 */
export function readLabels(
  array: Tensor | undefined,
  count: number,
  steps: number | null,
  lengths: Int32Array | null,
  fileName: string,
): Labels | null {
  if (!array) return null;
  const { dims, values } = array;
  if (dims.length < 1 || dims.length > 3 || dims[0] !== count || values.length === 0) {
    throw new Problem(
      `The array labels in ${fileName} has the shape [${dims.join(', ')}], but the other arrays hold ${counted(count, 'sequence')}; it should have the shape [${count}] or [${count}, steps].`,
    );
  }
  if (values instanceof Float32Array || values instanceof Float64Array)
    return readValues({ dims, values }, steps, lengths, fileName);
  if (dims.length === 3)
    throw new Problem(
      `The array labels in ${fileName} holds whole numbers in three axes; classes are one a sequence, or one a step. Save values to be predicted as floats.`,
    );
  const perSequence = dims[1] ?? 1;
  const classes = convertNumbers(values, new Int32Array(values.length), (value, k) =>
    classOf(value, Math.floor(k / perSequence), isPadding(k, perSequence, steps, lengths), fileName),
  );
  return { kind: 'classes', steps: perSequence, values: classes };
}

/** Labels of padded steps are never looked at, whatever they are: −1, −100 and NaN are common. */
function isPadding(k: number, perSequence: number, steps: number | null, lengths: Int32Array | null): boolean {
  const length = lengths?.[Math.floor(k / perSequence)];
  return length !== undefined && perSequence === steps && perSequence > 1 && k % perSequence >= length;
}

function classOf(value: number | bigint, sequence: number, padding: boolean, fileName: string): number {
  const label = Number(value);
  if (label >= 0 && label <= 2 ** 31 - 1) return label;
  if (padding) return -1;
  throw new Problem(
    `The label of sequence ${sequence} in ${fileName} is ${value}; classes are counted from 0. Save values to be predicted as floats.`,
  );
}

function readValues(
  { dims, values }: { readonly dims: readonly number[]; readonly values: Float32Array | Float64Array },
  steps: number | null,
  lengths: Int32Array | null,
  fileName: string,
): Labels {
  const [, second = 1, third] = dims;
  const isEachStep = third !== undefined || (second === steps && second > 1);
  const shape = isEachStep ? { steps: second, width: third ?? 1 } : { steps: 1, width: second };
  const numbers = new Float64Array(values);
  numbers.forEach((value, k) => {
    if (Number.isFinite(value)) return;
    if (!isPadding(Math.floor(k / shape.width), shape.steps, steps, lengths))
      throw new Problem(
        `The array labels in ${fileName} holds ${Number.isNaN(value) ? 'a NaN' : 'an infinite number'}; replace it by a finite number.`,
      );
    numbers[k] = 0;
  });
  return { kind: 'values', ...shape, values: numbers };
}

function checkVector({ dims }: Tensor, name: string, count: number, fileName: string): void {
  if (dims.length === 1 && dims[0] === count) return;
  throw new Problem(
    `The array ${name} in ${fileName} has the shape [${dims.join(', ')}], but the other arrays hold ${counted(count, 'sequence')}; it should have the shape [${count}].`,
  );
}
