import { zipSync } from 'fflate';

/** An array as numpy.savez stores it: int64 where `integers`, else float32. */
interface Stored {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly integers?: boolean;
}

/** The bytes of an .npz file with these arrays. */
export function npz(arrays: Readonly<Record<string, Stored>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npy(array)])));
}

function npy({ shape, values, integers = false }: Stored): Uint8Array {
  const sizes = shape.map((size) => `${size},`).join(' ');
  const header = `{'descr': '${integers ? '<i8' : '<f4'}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const padded = header.padEnd(Math.ceil((10 + header.length + 1) / 64) * 64 - 11) + '\n';
  const numbers = integers ? BigInt64Array.from(values, BigInt) : Float32Array.from(values);
  const bytes = new Uint8Array(10 + padded.length + numbers.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), 10);
  bytes.set(new Uint8Array(numbers.buffer), 10 + padded.length);
  return bytes;
}
