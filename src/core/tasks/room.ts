import { Problem } from '../problem';

/** As many numbers as one file may hold: 1 GB of float32. */
const most = 2 ** 28;

/** An array of so many numbers. Throws a Problem where that is more than a file may hold. */
export function room(...dims: readonly number[]): Float32Array {
  const size = dims.reduce((product, each) => product * each, 1);
  if (size > most)
    throw new Problem(
      `The inputs would be ${dims.map((each) => each.toLocaleString('en-US')).join(' × ')} numbers, more than the 1 GB that a data file may take: choose fewer or shorter sequences.`,
    );
  return new Float32Array(size);
}
