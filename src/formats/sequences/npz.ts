import { unzipSync } from 'fflate';
import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';
import { readNpy } from './npy';

/** A few bytes of an archive can unpack to any number; more than this would not fit into the memory of most computers. */
const mostBytes = 2 ** 31;
const mostNumbers = 2 ** 29;

/**
 * Reads every array of a NumPy archive (`numpy.savez`, `numpy.savez_compressed`), by name.
 *
 * @param checkNames sees the names of all arrays before anything is unpacked, and throws when it does not want them.
 * @throws Problem when it is not an archive, unpacks to more than 2 GB, or one of its arrays cannot be read.
 */
export function readNpz(
  bytes: Uint8Array,
  fileName: string,
  checkNames: (names: readonly string[]) => void,
): ReadonlyMap<string, Tensor> {
  const entries = entriesOf(bytes, fileName);
  checkNames([...entries.keys()]);
  let total = 0;
  for (const { size } of entries.values()) total += size;
  if (total > mostBytes)
    throw new Problem(
      `${fileName} unpacks to ${(total / 2 ** 30).toFixed(1)} GB, and at most 2 GB can be read; save fewer sequences, or float32 instead of float64.`,
    );
  const arrays = new Map<string, Tensor>();
  let numbers = 0;
  for (const [name, { entry }] of entries) {
    // One at a time, so that the packed form of an array is given up before the next one is unpacked.
    const array = readNpy(unpacked(bytes, entry, fileName), `The array ${name} in ${fileName}`, mostNumbers - numbers);
    numbers += array.values.length;
    arrays.set(name, array);
  }
  return arrays;
}

interface Entry {
  /** The name inside the archive: that of the array, mostly with .npy behind it. */
  readonly entry: string;
  /** In bytes, as the archive declares it; no more is unpacked. */
  readonly size: number;
}

/** What the archive holds, by the names of the arrays; nothing is unpacked. */
function entriesOf(bytes: Uint8Array, fileName: string): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  unzip(bytes, fileName, (entry, size) => {
    if (entry.endsWith('/')) return false;
    const name = entry.replace(/\.npy$/, '');
    if (entries.has(name))
      throw new Problem(`${fileName} holds two arrays "${name}"; write it again with numpy.savez.`);
    entries.set(name, { entry, size });
    return false;
  });
  return entries;
}

function unpacked(bytes: Uint8Array, entry: string, fileName: string): Uint8Array {
  const [content = new Uint8Array(0)] = unzip(bytes, fileName, (name) => name === entry);
  return content;
}

/** The contents of the entries that are wanted. */
function unzip(bytes: Uint8Array, fileName: string, isWanted: (name: string, size: number) => boolean): Uint8Array[] {
  try {
    const contents = unzipSync(bytes, { filter: ({ name, originalSize }) => isWanted(name, originalSize) });
    return Object.values(contents);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(
      `${fileName} is not a readable .npz archive; it may be cut off. Write it again with numpy.savez.`,
      { cause: error },
    );
  }
}
