import type { Observations } from '../core/observations';
import type { LayerRun } from './modelRunner';

/** The largest Euclidean norm and the largest coordinate of x_t; of each column only its first `lengths` steps count. */
export function inputNorms(
  { input, steps, batch }: LayerRun,
  lengths: Int32Array | null,
): NonNullable<Observations['inputNorm']> {
  const size = input.length / (steps * batch);
  let two = 0;
  let inf = 0;
  for (let row = 0; row < steps * batch; row++) {
    if (lengths !== null && Math.floor(row / batch) >= lengths[row % batch]!) continue;
    let squares = 0;
    for (let k = row * size; k < (row + 1) * size; k++) {
      const value = input[k]!;
      squares += value * value;
      inf = Math.max(inf, Math.abs(value));
    }
    two = Math.max(two, squares);
  }
  return { two: Math.sqrt(two), inf };
}
