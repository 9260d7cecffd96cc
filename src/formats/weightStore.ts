import type { Checkpoint } from '../core/checkpoint';
import { numberTypes, type NumberType } from './storedNumber';

/** A file of a checkpoint; `path` is relative to the checkpoint's folder. */
export interface CheckpointFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A tensor of a file whose numbers can be replaced in place. */
export interface StoredTensor {
  readonly name: string;
  readonly type: NumberType;
  /** Where its numbers stand one after the other: in which buffer, from which byte, how many. */
  readonly chunks: readonly { readonly buffer: number; readonly at: number; readonly numbers: number }[];
}

/** The files of a checkpoint with their numbers laid open. */
export interface WeightStore {
  readonly buffers: readonly Uint8Array[];
  readonly tensors: readonly StoredTensor[];
  /** What the reader makes of the files with these buffers in the place of their own. */
  readonly read: (buffers: readonly Uint8Array[]) => Promise<Pick<Checkpoint, 'layers' | 'readout'>>;
  readonly files: (buffers: readonly Uint8Array[]) => readonly CheckpointFile[];
  /** Why the numbers of a tensor are none of these, in a clause. */
  readonly whyNotStored: (tensor: string) => string;
  /** Who else reads a tensor than the layers and the readout, in a clause; null when nobody does. */
  readonly otherReader: (tensor: string) => string | null;
}

/** All numbers of a store, counted through in the order of its tensors. */
export interface StoredNumbers {
  readonly count: number;
  /** Whole numbers up to here are kept exactly by all of them; a power of two. */
  readonly exactUpTo: number;
  readonly tensorOf: (index: number) => StoredTensor;
  /** The buffers with other numbers, each one that its type keeps exactly; a NaN leaves a number as it is. */
  readonly replaced: (value: (index: number) => number) => readonly Uint8Array[];
}

export function storedNumbers({ buffers, tensors }: Pick<WeightStore, 'buffers' | 'tensors'>): StoredNumbers {
  const starts: number[] = [];
  let count = 0;
  for (const { chunks } of tensors) {
    starts.push(count);
    for (const { numbers } of chunks) count += numbers;
  }
  // Whoever asks about numbers asks about many of one tensor in a row.
  let [from, to, last] = [0, -1, 0];
  const tensorAt = (index: number): number => {
    if (index >= from && index < to) return last;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    [from, to, last] = [starts[low]!, starts[low + 1] ?? count, low];
    return low;
  };
  return {
    count,
    exactUpTo: tensors.reduce((least, { type }) => Math.min(least, numberTypes[type].exactUpTo), 2 ** 24),
    tensorOf: (index) => tensors[tensorAt(index)]!,
    replaced(value) {
      const bytes = buffers.map((buffer) => new Uint8Array(buffer));
      const views = bytes.map(({ buffer }) => new DataView(buffer));
      let index = 0;
      for (const { type, chunks } of tensors) {
        const { write, bytes: each } = numberTypes[type];
        for (const { buffer, at, numbers } of chunks) {
          for (let k = 0; k < numbers; k++) {
            const number = value(index++);
            if (!Number.isNaN(number)) write(views[buffer]!, at + k * each, number);
          }
        }
      }
      return bytes;
    },
  };
}
