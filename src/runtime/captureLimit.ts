import { Problem } from '../core/problem';

/** As many numbers as are kept of what layers read: 1 GB of float32. */
export const mostCaptured = 2 ** 28;

export const tooMuch = (file: string, count: number): Problem =>
  new Problem(
    `What the layers of ${file} read on these ${count} sequences takes more than 1 GB: give fewer or shorter sequences.`,
  );
