import { unzipSync } from 'fflate';
import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';
import { readNpy } from './npy';

/**
 * Reads every array of a NumPy archive (`numpy.savez`, `numpy.savez_compressed`), by name.
 *
 * @throws Problem when it is not an archive or one of its arrays cannot be read.
 */
export function readNpz(bytes: Uint8Array, fileName: string): ReadonlyMap<string, Tensor> {
  const arrays = new Map<string, Tensor>();
  for (const [name, content] of Object.entries(unzip(bytes, fileName))) {
    if (name.endsWith('/')) continue;
    const array = name.replace(/\.npy$/, '');
    arrays.set(array, readNpy(content, `The array ${array} in ${fileName}`));
  }
  return arrays;
}

function unzip(bytes: Uint8Array, fileName: string): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (error) {
    throw new Problem(
      `${fileName} is not a readable .npz archive; it may be cut off. Write it again with numpy.savez.`,
      { cause: error },
    );
  }
}
