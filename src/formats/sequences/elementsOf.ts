import type { ModelInput } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';
import { convertNumbers } from './convertNumbers';

/**
 * The numbers of an array in the type a model's input has. Integers may be given as floats and the other way round, as long
 * as no number changes its meaning; NaN and infinite numbers are refused, because they would spread through every step.
 *
 * @throws Problem naming the place of the first number that does not fit.
 */
export function elementsOf(array: Tensor, type: ModelInput['elementType'], place: string): Tensor['values'] {
  const values = converted(array.values, type, place);
  checkFinite(values, array.dims, place);
  return values;
}

function converted(values: Tensor['values'], type: ModelInput['elementType'], place: string): Tensor['values'] {
  switch (type) {
    case 'float32':
    case 'other':
      return values instanceof Float32Array ? values : convertNumbers(values, new Float32Array(values.length), Number);
    case 'float64':
      return values instanceof Float64Array ? values : convertNumbers(values, new Float64Array(values.length), Number);
    case 'int32':
      return convertNumbers(values, new Int32Array(values.length), (value) =>
        whole(value, place, -(2 ** 31), 2 ** 31 - 1),
      );
    case 'int64':
      if (values instanceof BigInt64Array) return values;
      return convertNumbers(values, new BigInt64Array(values.length), (value) =>
        BigInt(whole(value, place, -(2 ** 53), 2 ** 53)),
      );
    case 'bool':
      return convertNumbers(values, new Uint8Array(values.length), (value) => whole(value, place, 0, 1));
  }
}

function checkFinite(values: Tensor['values'], dims: readonly number[], place: string): void {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const index = dims.map(
    (size, axis) => Math.floor(bad / dims.slice(axis + 1).reduce((product, n) => product * n, 1)) % size,
  );
  const what = Number.isNaN(values[bad]) ? 'a NaN' : 'an infinite number';
  throw new Problem(`There is ${what} at [${index.join(', ')}] in ${place}; replace it by a finite number.`);
}

function whole(value: number | bigint, place: string, from: number, to: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= from && number <= to) return number;
  throw new Problem(
    `${place.replace(/^the/, 'The')} holds the number ${value}, but the model takes whole numbers from ${from} to ${to}.`,
  );
}
