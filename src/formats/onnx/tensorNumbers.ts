import { BinaryReader } from '@bufbuild/protobuf/wire';

import { Problem } from '../../core/problem';
import { float16 } from '../float16';
import { dataTypeName } from './model';
import type { OnnxTensor } from './model';

/** Bytes of a file beside the model: the external data of ONNX. Throws a Problem when they cannot be had. */
export type ReadExternalData = (location: string, offset: number, length: number | null) => Uint8Array;

/** Numbers in C order. Integers are kept as float64 (exact up to 2^53): they are only ever sizes, indices and axes. */
export interface Numbers {
  readonly dims: readonly number[];
  readonly kind: 'float32' | 'float64' | 'integer';
  readonly values: Float32Array | Float64Array;
}

/** How many numbers a shape holds. */
export function sizeOf(dims: readonly number[]): number {
  let size = 1;
  for (const dim of dims) size *= dim;
  return size;
}

export const floatTypes: ReadonlySet<number> = new Set([1, 10, 11, 16]);

/** Decodes a tensor's numbers, or answers null for a type that holds none (strings, complex, sub-byte). */
export function tensorNumbers(tensor: OnnxTensor, file: string, readExternal: ReadExternalData): Numbers | null {
  const layout = layouts[tensor.dataType];
  if (layout === undefined) return null;
  const size = sizeOf(tensor.dims);
  const where = `${file}: the tensor "${tensor.name}" (${dataTypeName(tensor.dataType)} [${tensor.dims.join(', ')}])`;
  if (!Number.isSafeInteger(size) || size < 0 || tensor.dims.some((dim) => dim < 0))
    throw new Problem(`${where} has an impossible shape; export the model again.`);
  const { bytesEach, kind } = layout;
  let raw = tensor.raw;
  if (tensor.external !== null) {
    const { location, offset, length } = tensor.external;
    if (length !== null && length < size * bytesEach) throw short(where, Math.floor(length / bytesEach), size);
    raw = readExternal(location, offset, size * bytesEach);
  }
  if (raw === null && size > 0 && tensor.packed.length === 0) throw short(where, 0, size);
  if (raw === null) return { dims: tensor.dims, kind, values: typedNumbers(tensor, size, kind, where) };
  if (raw.length < size * bytesEach) throw short(where, Math.floor(raw.length / bytesEach), size);
  const values = kind === 'float32' ? new Float32Array(size) : new Float64Array(size);
  if (tensor.dataType === 1 && littleEndian) {
    new Uint8Array(values.buffer).set(raw.subarray(0, size * 4));
  } else {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    for (let i = 0; i < size; i++) values[i] = layout.read(view, i * bytesEach);
  }
  return { dims: tensor.dims, kind, values };
}

function short(where: string, has: number, needs: number): Problem {
  return new Problem(
    `${where} needs ${needs} numbers but has ${has}: the file is damaged or truncated; export or copy it again.`,
  );
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Numbers from the typed fields: half-precision numbers and small integers travel as varints in int32_data. */
function typedNumbers(
  tensor: OnnxTensor,
  size: number,
  kind: Numbers['kind'],
  where: string,
): Float32Array | Float64Array {
  const bytesHeld = tensor.packed.reduce((total, chunk) => total + chunk.length, 0);
  // Every number takes at least one byte, so a lying shape cannot make this allocate more than the file holds.
  if (bytesHeld < size) throw short(where, bytesHeld, size);
  const values = kind === 'float32' ? new Float32Array(size) : new Float64Array(size);
  let at = 0;
  try {
    for (const chunk of tensor.packed) {
      const reader = new BinaryReader(chunk);
      while (reader.pos < reader.len && at < size) {
        values[at] = readNumber(reader, tensor.dataType);
        at++;
      }
    }
  } catch {
    // The reader has met the end of a number that is not whole.
    throw short(where, at, size);
  }
  if (at < size) throw short(where, at, size);
  return values;
}

function readNumber(reader: BinaryReader, dataType: number): number {
  if (dataType === 1) return reader.float();
  if (dataType === 11) return reader.double();
  if (dataType === 10) return float16(reader.uint32());
  if (dataType === 16) return brainToNumber(reader.uint32());
  return Number(reader.int64());
}

interface Layout {
  readonly bytesEach: number;
  readonly kind: Numbers['kind'];
  readonly read: (view: DataView, at: number) => number;
}

/** By TensorProto.DataType; raw_data is little-endian. */
const layouts: Readonly<Record<number, Layout>> = {
  1: { bytesEach: 4, kind: 'float32', read: (view, at) => view.getFloat32(at, true) },
  2: { bytesEach: 1, kind: 'integer', read: (view, at) => view.getUint8(at) },
  3: { bytesEach: 1, kind: 'integer', read: (view, at) => view.getInt8(at) },
  4: { bytesEach: 2, kind: 'integer', read: (view, at) => view.getUint16(at, true) },
  5: { bytesEach: 2, kind: 'integer', read: (view, at) => view.getInt16(at, true) },
  6: { bytesEach: 4, kind: 'integer', read: (view, at) => view.getInt32(at, true) },
  7: { bytesEach: 8, kind: 'integer', read: (view, at) => Number(view.getBigInt64(at, true)) },
  9: { bytesEach: 1, kind: 'integer', read: (view, at) => view.getUint8(at) },
  10: { bytesEach: 2, kind: 'float32', read: (view, at) => float16(view.getUint16(at, true)) },
  11: { bytesEach: 8, kind: 'float64', read: (view, at) => view.getFloat64(at, true) },
  12: { bytesEach: 4, kind: 'integer', read: (view, at) => view.getUint32(at, true) },
  13: { bytesEach: 8, kind: 'integer', read: (view, at) => Number(view.getBigUint64(at, true)) },
  16: { bytesEach: 2, kind: 'float32', read: (view, at) => brainToNumber(view.getUint16(at, true)) },
};

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function brainToNumber(bits: number): number {
  scratch.setUint32(0, (bits & 0xffff) << 16);
  return scratch.getFloat32(0);
}
