import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';
import { float16 } from '../float16';

interface Header {
  readonly littleEndian: boolean;
  readonly kind: string;
  readonly bytes: number;
  readonly fortranOrder: boolean;
  readonly dims: readonly number[];
  readonly start: number;
}

/**
 * Reads a NumPy array file, format versions 1 to 3 (numpy.lib.format). Integers up to 32 bits become Int32Array, longer ones
 * BigInt64Array, booleans and bytes Uint8Array, half precision Float32Array. Fortran order is turned into C order.
 *
 * @param label how messages call the array.
 * @param mostNumbers how many numbers it may hold: small integers take four times as much memory here as in the file.
 * @throws Problem when it is not such a file, is cut off, or holds objects, texts, dates or complex numbers.
 */
export function readNpy(bytes: Uint8Array, label: string, mostNumbers: number): Tensor {
  const header = readHeader(bytes, label);
  const { dims, start, fortranOrder } = header;
  const count = dims.reduce((product, size) => product * size, 1);
  const needed = count * header.bytes;
  if (!Number.isSafeInteger(needed) || bytes.length - start !== needed) {
    const wrong = bytes.length - start < needed ? 'is cut off' : 'has bytes left over';
    throw new Problem(
      `${label} ${wrong}: its shape [${dims.join(', ')}] needs ${needed} bytes, but there are ${bytes.length - start}; write the file again.`,
    );
  }
  if (count > mostNumbers)
    throw new Problem(`${label} makes the file hold more numbers than can be read at once; save fewer sequences.`);
  const stored = readNumbers(new DataView(bytes.buffer, bytes.byteOffset + start, needed), count, header, label);
  return { dims, values: fortranOrder && dims.length > 1 ? inCOrder(stored, dims) : stored };
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY

function readHeader(bytes: Uint8Array, label: string): Header {
  if (bytes.length < 10 || !magic.every((byte, k) => bytes[k] === byte)) {
    throw new Problem(`${label} is not a NumPy array; write it with numpy.savez.`);
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3)
    throw new Problem(`${label} is a NumPy array of format version ${version}; versions 1 to 3 can be read.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = version > 1;
  if (long && bytes.length < 12) throw new Problem(`${label} is cut off in its header; write the file again.`);
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = (long ? 12 : 10) + length;
  if (start > bytes.length) throw new Problem(`${label} is cut off in its header; write the file again.`);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(long ? 12 : 10, start));
  return {
    ...readType(text, label),
    fortranOrder: /'fortran_order'\s*:\s*True/.test(text),
    dims: readDims(text, label),
    start,
  };
}

function readType(header: string, label: string): Pick<Header, 'littleEndian' | 'kind' | 'bytes'> {
  const type = /'descr'\s*:\s*'([<>|=])([a-zA-Z])(\d*)[^']*'/.exec(header);
  if (!type) throw new Problem(`${label} is an array of records, which cannot be read; save plain numbers.`);
  const [, order, kind = '', size] = type;
  const bytes = Number(size);
  if (kind === 'O')
    throw new Problem(
      `${label} is an array of Python objects, as ragged lists make; pad the sequences to one length and save numbers, with their lengths in an array "lengths".`,
    );
  const readable =
    (kind === 'f' && [2, 4, 8].includes(bytes)) ||
    ('iu'.includes(kind) && [1, 2, 4, 8].includes(bytes)) ||
    (kind === 'b' && bytes === 1);
  if (!readable)
    throw new Problem(
      `${label} has the NumPy type ${order}${kind}${size}; only floats, integers and booleans can be read, so convert it with astype.`,
    );
  return { littleEndian: order !== '>', kind, bytes };
}

function readDims(header: string, label: string): number[] {
  const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (shape === undefined) throw new Problem(`${label} has no shape in its header; write the file again.`);
  const sizes = shape.split(',').map((size) => size.trim().replace(/L$/, ''));
  const dims = sizes.filter((size) => size !== '').map((size) => (/^\d+$/.test(size) ? Number(size) : NaN));
  if (dims.length > 32 || !dims.every(Number.isSafeInteger))
    throw new Problem(`${label} has the shape (${shape}), which is no shape; write the file again.`);
  return dims;
}

function readNumbers(
  view: DataView,
  count: number,
  { kind, bytes, littleEndian }: Header,
  label: string,
): Tensor['values'] {
  const bits = `${kind}${bytes}`;
  // NumPy writes arrays so that they can be used where they are, when the computer orders bytes as the file does.
  if (littleEndian && isLittleEndian && view.byteOffset % bytes === 0) {
    if (bits === 'f4') return new Float32Array(view.buffer, view.byteOffset, count);
    if (bits === 'f8') return new Float64Array(view.buffer, view.byteOffset, count);
    if (bits === 'i4') return new Int32Array(view.buffer, view.byteOffset, count);
    if (bits === 'i8') return new BigInt64Array(view.buffer, view.byteOffset, count);
  }
  const fill = <T extends { [index: number]: N }, N>(target: T, read: (offset: number) => N): T => {
    for (let k = 0; k < count; k++) target[k] = read(k * bytes);
    return target;
  };
  switch (bits) {
    case 'f2':
      return fill(new Float32Array(count), (offset) => float16(view.getUint16(offset, littleEndian)));
    case 'f4':
      return fill(new Float32Array(count), (offset) => view.getFloat32(offset, littleEndian));
    case 'f8':
      return fill(new Float64Array(count), (offset) => view.getFloat64(offset, littleEndian));
    case 'i1':
      return fill(new Int32Array(count), (offset) => view.getInt8(offset));
    case 'i2':
      return fill(new Int32Array(count), (offset) => view.getInt16(offset, littleEndian));
    case 'i4':
      return fill(new Int32Array(count), (offset) => view.getInt32(offset, littleEndian));
    case 'i8':
      return fill(new BigInt64Array(count), (offset) => view.getBigInt64(offset, littleEndian));
    case 'u2':
      return fill(new Int32Array(count), (offset) => view.getUint16(offset, littleEndian));
    case 'u4':
      return fill(new BigInt64Array(count), (offset) => BigInt(view.getUint32(offset, littleEndian)));
    case 'u8':
      return fill(new BigInt64Array(count), (offset) => signed(view.getBigUint64(offset, littleEndian), label));
    default:
      return fill(new Uint8Array(count), (offset) => view.getUint8(offset));
  }
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function signed(value: bigint, label: string): bigint {
  if (value >= 2n ** 63n)
    throw new Problem(`${label} holds the number ${value}, which is too large for a 64-bit integer.`);
  return value;
}

/** Fortran order runs through the first axis fastest; C order through the last. */
function inCOrder(stored: Tensor['values'], dims: readonly number[]): Tensor['values'] {
  const result = stored.slice();
  const strides = dims.map((_, axis) => dims.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = dims.map(() => 0);
  for (let k = 0; k < stored.length; k++) {
    let offset = 0;
    for (let axis = 0; axis < dims.length; axis++) offset += index[axis]! * strides[axis]!;
    result[k] = stored[offset]!;
    for (let axis = dims.length - 1; axis >= 0 && ++index[axis]! === dims[axis]; axis--) index[axis] = 0;
  }
  return result;
}
