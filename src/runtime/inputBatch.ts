import type { NetworkInputs } from './networkInputs';

/** Sequences side by side, as the graphs of networks read them. */
export interface InputBatch {
  readonly steps: number;
  readonly batch: number;
  /** X [steps, batch, width], time-major; zero at padding. */
  readonly values: Float32Array;
  /** mask [steps, batch, 1], 1 at the steps that a sequence has; null where all have all. */
  readonly mask: Float32Array | null;
}

/** These sequences, all as long as the longest of them. */
export function inputBatch({ width, sequences }: NetworkInputs, chosen: readonly number[]): InputBatch {
  const batch = chosen.length;
  const own = chosen.map((k) => sequences[k]!.length / width);
  const steps = own.reduce((most, length) => Math.max(most, length), 0);
  const values = new Float32Array(steps * batch * width);
  const mask = own.some((length) => length < steps) ? new Float32Array(steps * batch) : null;
  for (const [b, k] of chosen.entries()) {
    for (let step = 0; step < own[b]!; step++) {
      values.set(sequences[k]!.subarray(step * width, (step + 1) * width), (step * batch + b) * width);
      if (mask) mask[step * batch + b] = 1;
    }
  }
  return { steps, batch, values, mask };
}
