import { Tensor } from 'onnxruntime-node';
import type { SeededRandom } from '../../core/linalg/seededRandom';
import type { TrainingData } from '../../core/training/trainingData';
import type { DropoutMask } from '../graph/dropout';

/** Some sequences side by side, padded to the longest. */
export interface Batch {
  readonly steps: number;
  readonly sequences: readonly number[];
  /** How much the answers count together. */
  readonly answers: number;
}

/** The inputs of a training graph that do not depend on its weights. */
export interface BatchFeeds {
  readonly batch: Batch;
  /** X, Y, counts and mask, and the masks of dropout. */
  readonly feeds: Record<string, Tensor>;
  /** Whether any answer is due in these steps; where none is, all count, so that there is a loss, which means nothing. */
  readonly isAnswered: boolean;
  /** Which rows of a trained embedding X consists of, −1 at padding: [steps, batch]; null where there is none. */
  readonly symbols: Int32Array | null;
}

/** What layers hand on to each other is left out with this probability, as `random` draws it. */
export interface BatchDropout {
  readonly masks: readonly DropoutMask[];
  readonly share: number;
  readonly random: SeededRandom;
}

/**
 * Puts the steps `from` … `to` of sequences side by side, time-major; padding is zero, is masked and counts nothing. With one
 * answer a sequence, those count whose sequences end in these steps.
 */
export function batchFeeds(
  { width, inputs, lengths, targets, embedding }: TrainingData,
  sequences: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
  dropout: BatchDropout | null = null,
): BatchFeeds {
  const steps = to - from;
  const size = sequences.length;
  const x = new Float32Array(steps * size * width);
  const mask = new Float32Array(steps * size);
  const symbols = embedding ? new Int32Array(steps * size).fill(-1) : null;
  for (let b = 0; b < size; b++) {
    const input = inputs[sequences[b]!]!;
    const end = Math.min(to, lengths[sequences[b]!]!);
    for (let t = from; t < end; t++) {
      const place = (t - from) * size + b;
      mask[place] = 1;
      const symbol = embedding?.symbols[sequences[b]!]![t];
      if (symbol === undefined) {
        for (let k = 0; k < width; k++) x[place * width + k] = input[t * width + k]!;
        continue;
      }
      symbols![place] = symbol;
      for (let k = 0; k < width; k++) x[place * width + k] = embedding!.table[symbol * width + k]!;
    }
  }
  const { everyStep } = targets;
  const counts = new Float32Array(everyStep ? steps * size : size);
  if (!everyStep) {
    for (let b = 0; b < size; b++) counts[b] = isWithin(lengths[sequences[b]!]!, from, to) ? 1 : 0;
  }
  const answers = everyStep ? [steps, size] : [size];
  const places = everyStep ? steps * size : size;
  const outputs = targets.kind === 'labels' ? 1 : targets.width;
  const y = targets.kind === 'labels' ? new Int32Array(places) : new Float32Array(places * outputs);
  for (let b = 0; b < size; b++) {
    const own = targets.values[sequences[b]!]!;
    if (!everyStep) {
      for (let k = 0; k < outputs; k++) y[b * outputs + k] = own[k]!;
      continue;
    }
    // A model with a fixed number of steps reads padding as well, which has no labels.
    const end = Math.min(to, own.length / outputs);
    for (let t = from; t < end; t++) {
      counts[(t - from) * size + b] = 1;
      for (let k = 0; k < outputs; k++) y[((t - from) * size + b) * outputs + k] = own[t * outputs + k]!;
    }
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) counts.fill(1);
  return {
    isAnswered: total > 0,
    symbols,
    batch: { steps, sequences, answers: total },
    feeds: {
      X: new Tensor('float32', x, [steps, size, width]),
      Y: y instanceof Int32Array ? new Tensor('int32', y, answers) : new Tensor('float32', y, [...answers, outputs]),
      counts: new Tensor('float32', counts, answers),
      mask: new Tensor('float32', mask, [steps, size, 1]),
      ...(dropout && dropoutFeeds(dropout, [steps, size])),
    },
  };
}

/** Whether a sequence of this length has its last step among `from` … `to` − 1. */
const isWithin = (length: number, from: number, to: number): boolean => length > from && length <= to;

/** What is kept is scaled up, so that what is read is on average what it would be without dropout (inverted dropout). */
function dropoutFeeds({ masks, share, random }: BatchDropout, dims: readonly [number, number]): Record<string, Tensor> {
  const kept = 1 / (1 - share);
  const mask = ({ width }: DropoutMask): Tensor => {
    const values = Float32Array.from({ length: dims[0] * dims[1] * width }, () =>
      random.uniform(0, 1) < share ? 0 : kept,
    );
    return new Tensor('float32', values, [...dims, width]);
  };
  return Object.fromEntries(masks.map((one) => [one.name, mask(one)]));
}
