import { Tensor as OrtTensor } from 'onnxruntime-node';

import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';
import { float16 } from '../../formats/float16';

/** The user's numbers as the element type that the model declares for this input. */
export function toOrt(name: string, { dims, values }: Tensor, type: string): OrtTensor {
  const make = makers[type];
  if (make === undefined) {
    throw new Problem(
      `The input "${name}" holds elements of type ${type}, which no data file can give; export the model with a numeric input.`,
    );
  }
  return make(values, [...dims]);
}

type Values = Tensor['values'];

const numbers = (values: Values): Iterable<number> =>
  values instanceof BigInt64Array ? Float64Array.from(values, Number) : values;
const bigints = (values: Values): BigInt64Array =>
  values instanceof BigInt64Array ? values : BigInt64Array.from(values, (value) => BigInt(Math.trunc(value)));
const truths = (values: Values): Uint8Array => Uint8Array.from(numbers(values), (value) => (value === 0 ? 0 : 1));

/** By the runtime's name of an element type. */
const makers: Readonly<Record<string, (values: Values, dims: number[]) => OrtTensor>> = {
  float32: (values, dims) => new OrtTensor('float32', Float32Array.from(numbers(values)), dims),
  float64: (values, dims) => new OrtTensor('float64', Float64Array.from(numbers(values)), dims),
  int64: (values, dims) => new OrtTensor('int64', bigints(values), dims),
  int32: (values, dims) => new OrtTensor('int32', Int32Array.from(numbers(values)), dims),
  int16: (values, dims) => new OrtTensor('int16', Int16Array.from(numbers(values)), dims),
  int8: (values, dims) => new OrtTensor('int8', Int8Array.from(numbers(values)), dims),
  uint8: (values, dims) => new OrtTensor('uint8', Uint8Array.from(numbers(values)), dims),
  bool: (values, dims) => new OrtTensor('bool', truths(values), dims),
};

/** What the runtime answered; null for strings and other things that are no numbers. */
export function fromOrt({ dims, type, data }: OrtTensor): Tensor | null {
  if (type === 'float16' && data instanceof Uint16Array) return { dims, values: Float32Array.from(data, float16) };
  if (data instanceof Float32Array || data instanceof Float64Array) return { dims, values: data };
  if (data instanceof Int32Array || data instanceof BigInt64Array) return { dims, values: data };
  if (data instanceof Uint8Array) return { dims, values: data };
  if (data instanceof Int8Array || data instanceof Int16Array) return { dims, values: Int32Array.from(data) };
  return null;
}

/** The same numbers as float32, the precision in which they are compared. */
export function asFloat32({ values }: Tensor): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(numbers(values));
}
