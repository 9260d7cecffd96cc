import type { Observations } from '../core/observations';
import { Problem } from '../core/problem';
import type { Batch } from './batches';
import type { ModelRun } from './modelRunner';

/** Puts the scores of batches together, sequence by sequence; steps that a shorter sequence lacks stay zero. */
export interface ScoreTable {
  /** Answers false when a batch's scores cannot belong to its sequences; then there are none at all. */
  add(scores: ModelRun['scores'], batch: Batch): boolean;
  finish(): Observations['scores'];
}

export function createScoreTable(count: number): ScoreTable {
  let table: { steps: number; width: number; values: Float32Array } | null = null;
  let isWhole = true;
  return {
    add(scores, { sequences, copies }) {
      if (!isWhole || scores === null) return (isWhole = false);
      const { steps, width, values } = scores;
      // Batches come with the longest sequences first, so the first one has the most steps.
      table ??= { steps, width, values: roomFor(count, steps, width) };
      if (width !== table.width || steps > table.steps || values.length !== (sequences.length + copies) * steps * width)
        return (isWhole = false);
      for (const [b, sequence] of sequences.entries()) {
        table.values.set(values.subarray(b * steps * width, (b + 1) * steps * width), sequence * table.steps * width);
      }
      return true;
    },
    finish: () => (isWhole ? table : null),
  };
}

/** In float32, as the model answers them: a large vocabulary at every step makes this the largest array of all. */
function roomFor(count: number, steps: number, width: number): Float32Array {
  try {
    return new Float32Array(count * steps * width);
  } catch {
    const size = Math.ceil((4 * count * steps * width) / 2 ** 30);
    throw new Problem(
      `The scores of ${count} sequences, ${steps} × ${width} each, take ${size} GB, more than there is memory for; give fewer sequences.`,
    );
  }
}
