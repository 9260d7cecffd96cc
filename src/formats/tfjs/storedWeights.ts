import { Problem } from '../../core/problem';
import { float16 } from '../float16';
import { isJsonObject, type JsonObject } from '../jsonObject';
import { configText, isCount } from './configValue';

/** One tensor of the weights manifest, decoded. */
export interface StoredWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** Reads a file beside the checkpoint, by a path relative to the checkpoint's folder. */
export type ReadSideFile = (relativePath: string) => Promise<Uint8Array>;

/**
 * Reads every tensor of a weights manifest: groups of shards, each group one run of bytes in little-endian order, each
 * tensor stored as it is or quantized to 8 or 16 bits (value · scale + min) or to float16.
 *
 * @throws Problem naming the shard that is missing, short or outside the folder, or the entry that cannot be read.
 */
export async function readWeights(
  manifest: unknown,
  fileName: string,
  readSideFile: ReadSideFile,
): Promise<StoredWeight[]> {
  if (!Array.isArray(manifest)) {
    throw new Problem(
      `${fileName} has no weightsManifest, so it holds an architecture without weights; save the whole model with model.save().`,
    );
  }
  const weights: StoredWeight[] = [];
  for (const group of manifest) {
    const { paths, layouts } = weightGroup(group, fileName);
    const needed = layouts.reduce((total, { bytes }) => total + bytes, 0);
    const stored = await readShards(paths, needed, fileName, readSideFile);
    let offset = 0;
    for (const layout of layouts) {
      weights.push(decode(layout, stored.subarray(offset, offset + layout.bytes)));
      offset += layout.bytes;
    }
  }
  return weights;
}

/** A group of a weights manifest: the shards that make one run of bytes, and what stands in it one after the other. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly layouts: readonly Layout[];
}

/** Throws a Problem where a group of a weights manifest is not what it should be. */
export function weightGroup(group: unknown, fileName: string): WeightGroup {
  const entries = isJsonObject(group) ? group['weights'] : null;
  const paths = isJsonObject(group) ? group['paths'] : null;
  if (!Array.isArray(entries) || !Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) {
    throw new Problem(`${fileName} has a weightsManifest group without "paths" or "weights".`);
  }
  return { paths, layouts: entries.map((entry) => layoutOf(entry, fileName)) };
}

interface Layout {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: StoredWeight['dtype'];
  readonly storedAs: 'float32' | 'int32' | 'bool' | 'uint8' | 'uint16' | 'float16';
  readonly scale: number;
  readonly min: number;
  readonly count: number;
  readonly bytes: number;
}

const bytesPerNumber = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

function layoutOf(entry: unknown, fileName: string): Layout {
  const name = isJsonObject(entry) ? configText(entry, 'name') : null;
  if (!isJsonObject(entry) || name === null) throw new Problem(`${fileName} lists a weight without a name.`);
  const shape = entry['shape'];
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw new Problem(`The weight ${name} in ${fileName} has no proper shape.`);
  const dtype = entry['dtype'];
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new Problem(
      `The weight ${name} in ${fileName} has the type ${String(dtype)}; only float32, int32 and bool can be read.`,
    );
  }
  const count = shape.reduce((product: number, size: number) => product * size, 1);
  const { storedAs, scale, min } = quantizationOf(entry, name, dtype, fileName);
  const bytes = count * bytesPerNumber[storedAs];
  if (!Number.isSafeInteger(bytes))
    throw new Problem(
      `The weight ${name} in ${fileName} claims the shape [${shape.join(', ')}], which no file can hold.`,
    );
  return { name, shape, dtype, storedAs, scale, min, count, bytes };
}

function quantizationOf(
  entry: JsonObject,
  name: string,
  dtype: StoredWeight['dtype'],
  fileName: string,
): Pick<Layout, 'storedAs' | 'scale' | 'min'> {
  const quantization = entry['quantization'];
  if (quantization === undefined || quantization === null) return { storedAs: dtype, scale: 1, min: 0 };
  const storedAs = isJsonObject(quantization) ? quantization['dtype'] : null;
  if (storedAs === 'float16') return { storedAs, scale: 1, min: 0 };
  const scale = isJsonObject(quantization) ? quantization['scale'] : null;
  const min = isJsonObject(quantization) ? quantization['min'] : null;
  if ((storedAs !== 'uint8' && storedAs !== 'uint16') || typeof scale !== 'number' || typeof min !== 'number') {
    throw new Problem(
      `The weight ${name} in ${fileName} is quantized in an unknown way; uint8, uint16 (with scale and min) and float16 can be read.`,
    );
  }
  return { storedAs, scale, min };
}

async function readShards(
  paths: readonly string[],
  needed: number,
  fileName: string,
  readSideFile: ReadSideFile,
): Promise<Uint8Array> {
  const shards: Uint8Array[] = [];
  let total = 0;
  for (const path of paths) {
    refuseOutside(path, fileName);
    const shard = await readShard(path, fileName, readSideFile);
    shards.push(shard);
    total += shard.length;
  }
  if (total < needed) {
    const which =
      paths.length === 0
        ? 'no weight file is named'
        : `${paths.join(', ')} ${paths.length === 1 ? 'holds' : 'hold'} ${total} bytes`;
    throw new Problem(
      `${fileName} needs ${needed} bytes of weights, but ${which}; copy the weight files again, they look cut off.`,
    );
  }
  return joined(shards);
}

/** Shards as one run of bytes. */
export function joined(shards: readonly Uint8Array[]): Uint8Array {
  if (shards.length === 1) return shards[0]!;
  const whole = new Uint8Array(shards.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const shard of shards) {
    whole.set(shard, offset);
    offset += shard.length;
  }
  return whole;
}

async function readShard(path: string, fileName: string, readSideFile: ReadSideFile): Promise<Uint8Array> {
  let shard: Uint8Array;
  try {
    shard = await readSideFile(path);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem(`The weight file ${path} of ${fileName} cannot be read (${why}); put it in the same folder.`, {
      cause: error,
    });
  }
  if (new TextDecoder().decode(shard.subarray(0, 40)).startsWith('version https://git-lfs')) {
    throw new Problem(
      `The weight file ${path} of ${fileName} is a Git LFS pointer, not the weights; fetch them with git lfs pull.`,
    );
  }
  return shard;
}

/** A model file may name only files in its own folder or below: opening a model must not read the rest of the disk. */
function refuseOutside(path: string, fileName: string): void {
  const parts = path.split(/[\\/]/);
  if (path === '' || parts[0] === '' || path.includes(':') || path.includes('\0') || parts.includes('..')) {
    throw new Problem(
      `${fileName} names the weight file "${path}", which is not inside its folder; put the weights beside it.`,
    );
  }
}

function decode(layout: Layout, bytes: Uint8Array): StoredWeight {
  const { name, shape, dtype, storedAs, scale, min, count } = layout;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values =
    dtype === 'float32' ? new Float32Array(count) : dtype === 'int32' ? new Int32Array(count) : new Uint8Array(count);
  for (let k = 0; k < count; k++) {
    const stored = storedNumber(view, storedAs, k);
    const value = storedAs === dtype ? stored : stored * scale + min;
    values[k] = dtype === 'int32' ? Math.round(value) : value;
  }
  return { name: name.replace(/:\d+$/, ''), shape, dtype, values };
}

function storedNumber(view: DataView, storedAs: Layout['storedAs'], k: number): number {
  switch (storedAs) {
    case 'float32':
      return view.getFloat32(4 * k, true);
    case 'int32':
      return view.getInt32(4 * k, true);
    case 'uint16':
      return view.getUint16(2 * k, true);
    case 'float16':
      return float16(view.getUint16(2 * k, true));
    case 'uint8':
    case 'bool':
      return view.getUint8(k);
  }
}
