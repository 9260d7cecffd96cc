import type { Checkpoint } from '../checkpoint';
import { embeddingName, type CheckpointNetwork } from '../checkpointNetwork';
import type { Declarations } from '../declarations';
import type { Matrix } from '../linalg/matrix';
import { Problem } from '../problem';
import type { ConstrainedWeight } from './keptTo';
import type { TrainingData } from './trainingData';
import type { TrainingOptions } from './trainingOptions';

/**
 * The table in front of the network whose rows it reads, where a training is to train that too: not where the sidecar says
 * that what precedes the layers was fixed, which would no longer be true. Null where there is none.
 */
export function trainedEmbedding(
  { layers }: Pick<CheckpointNetwork, 'layers'>,
  checkpoint: Pick<Checkpoint, 'layers'>,
  { frontEndFixed }: Declarations,
  { trainEmbedding }: Pick<TrainingOptions, 'trainEmbedding'>,
): Matrix | null {
  const { input } = checkpoint.layers[layers[0]!]!;
  if (!trainEmbedding || frontEndFixed === true || input.kind !== 'frontEnd') return null;
  return input.embedding ?? null;
}

/** The table as a weight of the training, the last one. */
export const embeddingWeight = ({ rows, columns }: Matrix): ConstrainedWeight => ({
  name: embeddingName,
  dims: [rows, columns],
});

/**
 * Which row of the table each step of each sequence reads, found by comparing numbers.
 *
 * @throws Problem where it is no row, or where two rows that are the same are read.
 */
export function symbolsRead(
  { inputs, lengths, width }: Pick<TrainingData, 'inputs' | 'lengths' | 'width'>,
  { rows, columns, values }: Matrix,
): readonly Int32Array[] {
  if (width !== columns) throw unknownRows('the rows of the embedding are not what the layer reads');
  const table = Float32Array.from(values);
  const places = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const key = hash(table, row * width, width);
    places.set(key, [...(places.get(key) ?? []), row]);
  }
  return inputs.map((input, k) =>
    Int32Array.from({ length: lengths[k]! }, (_, step) => {
      const at = step * width;
      const found = (places.get(hash(input, at, width)) ?? []).filter((row) => isSame(table, row * width, input, at, width)); // prettier-ignore
      if (found.length === 0) throw unknownRows(`step ${step} of sequence ${k} reads no row of the embedding`);
      if (found.length > 1) throw unknownRows(`rows ${found[0]} and ${found[1]} of the embedding are the same`);
      return found[0]!;
    }),
  );
}

const unknownRows = (why: string): Problem =>
  new Problem(`The embedding cannot be trained, as ${why}: set "trainEmbedding" to false, and it stays as it is.`);

/** FNV-1a of the bits of some numbers. */
function hash({ buffer, byteOffset }: Float32Array, from: number, count: number): number {
  const bits = new Uint32Array(buffer, byteOffset + 4 * from, count);
  let result = 0x811c9dc5;
  for (let k = 0; k < count; k++) result = Math.imul(result ^ bits[k]!, 0x01000193) ^ (result >>> 15);
  return result;
}

function isSame(a: Float32Array, atA: number, b: Float32Array, atB: number, count: number): boolean {
  for (let k = 0; k < count; k++) if (!Object.is(a[atA + k], b[atB + k])) return false;
  return true;
}
