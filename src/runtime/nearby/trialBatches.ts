import type { Labels } from '../../core/sequences';
import type { CapturedInputs } from './capturedInputs';
import type { TrialBatch } from './trialSetup';

/** A run should neither be slow for being small nor hold more than about this many numbers in one tensor. */
const mostSequences = 512;
const mostNumbers = 2 ** 20;

/**
 * Arranges sequences for runs: those of similar length together, the longest first, padded to the longest of each batch. The
 * order of sequences of one length stays.
 *
 * @param members which sequences are run.
 * @param answered how many steps of each sequence have an answer that counts.
 * @param numbersPerStep how many numbers a run holds for each step of a sequence.
 */
export function trialBatches(
  { width, lengths, sequences }: CapturedInputs,
  labels: Extract<Labels, { kind: 'classes' }>,
  answered: Int32Array,
  members: readonly number[],
  numbersPerStep: number,
): TrialBatch[] {
  const order = members.toSorted((p, q) => lengths[q]! - lengths[p]! || p - q);
  const isMasked = order.some((i) => lengths[i] !== lengths[order[0]!]);
  const batches: TrialBatch[] = [];
  for (let start = 0; start < order.length;) {
    const steps = lengths[order[start]!]!;
    const size = Math.max(1, Math.min(mostSequences, Math.floor(mostNumbers / (steps * numbersPerStep))));
    const chosen = order.slice(start, start + size);
    const batch = chosen.length;
    const input = shared(steps * batch * width);
    const mask = isMasked ? shared(steps * batch) : null;
    const batchLabels = new Int32Array(batch * labels.steps);
    for (const [b, sequence] of chosen.entries()) {
      const own = sequences[sequence]!;
      for (let step = 0; step < lengths[sequence]!; step++) {
        input.set(own.subarray(step * width, (step + 1) * width), (step * batch + b) * width);
        if (mask) mask[step * batch + b] = 1;
      }
      const from = sequence * labels.steps;
      batchLabels.set(labels.values.subarray(from, from + labels.steps), b * labels.steps);
    }
    const counted = Int32Array.from(chosen, (sequence) => answered[sequence]!);
    batches.push({ ...{ steps, batch, input, mask, labels: batchLabels, lengths: counted }, sequences: chosen });
    start += size;
  }
  return batches;
}

const shared = (size: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * size));
