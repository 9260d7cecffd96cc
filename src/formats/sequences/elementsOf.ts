import type { ModelInput } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';

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
      return values instanceof Float32Array ? values : Float32Array.from(values, Number);
    case 'float64':
      return values instanceof Float64Array ? values : Float64Array.from(values, Number);
    case 'int32':
      return Int32Array.from(values, (value: number | bigint) => whole(value, place, -(2 ** 31), 2 ** 31 - 1));
    case 'int64':
      if (values instanceof BigInt64Array) return values;
      return bigIntegers(values, place);
    case 'bool':
      return Uint8Array.from(values, (value: number | bigint) => whole(value, place, 0, 1));
  }
}

/** Number by number, because a list of so many big integers need not fit into memory. */
function bigIntegers(values: Exclude<Tensor['values'], BigInt64Array>, place: string): BigInt64Array {
  const integers = new BigInt64Array(values.length);
  for (let k = 0; k < values.length; k++) integers[k] = BigInt(whole(values[k]!, place, -(2 ** 53), 2 ** 53));
  return integers;
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
