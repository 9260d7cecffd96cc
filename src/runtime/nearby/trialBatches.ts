import type { Labels } from '../../core/sequences';
import type { NetworkInputs } from '../networkInputs';
import type { TrialBatch } from './trialSetup';

/** A run should neither be slow for being small nor hold more than about this many numbers in one tensor. */
const mostSequences = 512;
const mostNumbers = 2 ** 20;

/** Sequences with their labels, as they are to be run. */
export interface LabelledInputs extends Pick<NetworkInputs, 'width' | 'sequences'> {
  /** Which sequence of the user's each of them is: a label belongs to that one. */
  readonly members: readonly number[];
  readonly labels: Extract<Labels, { kind: 'classes' }>;
  /** How many steps of each of the user's sequences have an answer that counts. */
  readonly answered: Int32Array;
  /** How many numbers a run holds for each step of a sequence. */
  readonly numbersPerStep: number;
}

/**
 * Arranges sequences for runs: those of similar length together, the longest first, padded to the longest of each batch. The
 * order of sequences of one length stays.
 */
export function trialBatches(inputs: LabelledInputs): TrialBatch[] {
  const { width, sequences, members, labels, answered, numbersPerStep } = inputs;
  const stepsOf = (place: number): number => sequences[place]!.length / width;
  const order = members.map((_, place) => place).sort((p, q) => stepsOf(q) - stepsOf(p) || p - q);
  const isMasked = order.some((place) => stepsOf(place) !== stepsOf(order[0]!));
  const batches: TrialBatch[] = [];
  for (let start = 0; start < order.length;) {
    const steps = stepsOf(order[start]!);
    const size = Math.max(1, Math.min(mostSequences, Math.floor(mostNumbers / (steps * numbersPerStep))));
    const chosen = order.slice(start, start + size);
    const batch = chosen.length;
    const input = shared(steps * batch * width);
    const mask = isMasked ? shared(steps * batch) : null;
    const batchLabels = new Int32Array(batch * labels.steps);
    for (const [b, place] of chosen.entries()) {
      for (let step = 0; step < stepsOf(place); step++) {
        const own = sequences[place]!.subarray(step * width, (step + 1) * width);
        input.set(own, (step * batch + b) * width);
        if (mask) mask[step * batch + b] = 1;
      }
      const from = members[place]! * labels.steps;
      batchLabels.set(labels.values.subarray(from, from + labels.steps), b * labels.steps);
    }
    const lengths = Int32Array.from(chosen, (place) => answered[members[place]!]!);
    batches.push({ steps, batch, input, mask, labels: batchLabels, lengths, places: chosen });
    start += size;
  }
  return batches;
}

const shared = (size: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * size));
