import type { LoadedCheckpoint } from '../loadedCheckpoint';
import type { CheckpointFile, StoredTensor, WeightStore } from '../weightStore';
import { parseModel, readTfjs } from './readTfjs';
import { joined, weightGroup, type ReadSideFile } from './storedWeights';

/**
 * The weights of a TensorFlow.js folder, where they stand in its shards; `json` is its model file. Numbers that are stored as
 * float32 or float16 can be replaced; those in 8 or 16 bits of a scale cannot: what was trained would be rounded to a grid that
 * was made for other weights.
 */
export async function tfjsWeights(
  { checkpoint: { file } }: LoadedCheckpoint,
  json: Uint8Array,
  readSideFile: ReadSideFile,
): Promise<WeightStore> {
  const { manifest } = parseModel(json, file);
  const groups = (Array.isArray(manifest) ? manifest : []).map((group) => weightGroup(group, file));
  const shards = await Promise.all(groups.map(({ paths }) => Promise.all(paths.map(readSideFile))));
  const tensors: StoredTensor[] = [];
  const scaled = new Set<string>();
  for (const [buffer, { layouts }] of groups.entries()) {
    let at = 0;
    for (const { name, dtype, storedAs, count, bytes } of layouts) {
      if (storedAs === 'float32' || storedAs === 'float16')
        tensors.push({ name, type: storedAs, chunks: [{ buffer, at, numbers: count }] }); // prettier-ignore
      else if (dtype === 'float32') scaled.add(name.replace(/:\d+$/, ''));
      at += bytes;
    }
  }
  /** The shards of all groups, cut again where they were. */
  const files = (buffers: readonly Uint8Array[]): readonly CheckpointFile[] =>
    groups.flatMap(({ paths }, g) => {
      let at = 0;
      return paths.map((path, k) => {
        const start = at;
        at += shards[g]![k]!.length;
        return { path, bytes: buffers[g]!.subarray(start, at) };
      });
    });
  return {
    buffers: shards.map(joined),
    tensors,
    async read(buffers) {
      const beside = new Map(files(buffers).map(({ path, bytes }) => [path, bytes]));
      return (await readTfjs(json, file, (path) => Promise.resolve(beside.get(path)!))).checkpoint;
    },
    files: (buffers) => [{ path: file, bytes: json }, ...files(buffers)],
    whyNotStored: (tensor) =>
      scaled.has(tensor)
        ? 'its numbers are quantized to whole multiples of a scale; convert the model without quantization'
        : 'its numbers are not stored as floating-point numbers',
    // A layer of a layers-model has its weights for itself.
    otherReader: () => null,
  };
}
