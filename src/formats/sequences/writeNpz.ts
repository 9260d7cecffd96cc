import { zipSync } from 'fflate';
import type { Tensor } from '../../core/sequences';

/**
 * A NumPy archive of these arrays, as numpy.savez_compressed writes it. The same arrays give the same bytes, whatever the time
 * and the time zone.
 */
export function writeNpz(arrays: ReadonlyMap<string, Tensor>): Uint8Array {
  const files = [...arrays].map(([name, tensor]) => [`${name}.npy`, npyFile(tensor)] as const);
  // The archive keeps local time, so this is the same everywhere: the first moment that it can keep.
  return zipSync(Object.fromEntries(files), { mtime: new Date(1980, 0, 1), level: 6 });
}

/** A NumPy array file, format version 1 (numpy.lib.format), in C order; numbers are little-endian. */
export function npyFile({ dims, values }: Tensor): Uint8Array {
  const sizes = dims.map((size) => `${size},`).join(' ');
  const shape = dims.length > 1 ? sizes.slice(0, -1) : sizes;
  const header = `{'descr': '${typeOf(values)}', 'fortran_order': False, 'shape': (${shape}), }`;
  // Numbers begin at a multiple of 64 bytes, and a line feed is the last of the header.
  const start = Math.ceil((prefix + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + values.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]); // \x93NUMPY, version 1.0
  new DataView(bytes.buffer).setUint16(8, start - prefix, true);
  bytes.set(new TextEncoder().encode(header.padEnd(start - prefix - 1) + '\n'), prefix);
  putNumbers(new DataView(bytes.buffer, start), values);
  return bytes;
}

const prefix = 10;

function typeOf(values: Tensor['values']): string {
  if (values instanceof Float32Array) return '<f4';
  if (values instanceof Float64Array) return '<f8';
  if (values instanceof Int32Array) return '<i4';
  return values instanceof BigInt64Array ? '<i8' : '|u1';
}

function putNumbers(view: DataView, values: Tensor['values']): void {
  if (values instanceof Float32Array) values.forEach((value, k) => view.setFloat32(4 * k, value, true));
  else if (values instanceof Float64Array) values.forEach((value, k) => view.setFloat64(8 * k, value, true));
  else if (values instanceof Int32Array) values.forEach((value, k) => view.setInt32(4 * k, value, true));
  else if (values instanceof BigInt64Array) values.forEach((value, k) => view.setBigInt64(8 * k, value, true));
  else values.forEach((value, k) => view.setUint8(k, value));
}
