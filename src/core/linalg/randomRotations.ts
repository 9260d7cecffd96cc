import type { SeededRandom } from './seededRandom';

/**
 * Orthonormal vectors by Kac's walk (1956): the first `count` unit vectors of `length` entries, whose entries are paired at
 * random and each pair turned by a random angle, 4 log₂(length) times over. That is of the order of n log n rotations, after
 * which a vector is nearly uniform on the sphere (Pillai & Smith 2017, with another constant); a matrix would need n² of them.
 * The cost is count · length · log(length), not cubic.
 *
 * @param put is called once with every entry of every vector.
 */
export function randomRotations(
  count: number,
  length: number,
  random: SeededRandom,
  put: (vector: number, entry: number, value: number) => void,
): void {
  const rounds = Array.from({ length: 4 * Math.ceil(Math.log2(length)) }, () => drawnRound(length, random));
  // So many vectors at a time that their entries stay in the cache through all rounds: row k holds their k-th entries.
  for (let first = 0; first < count; first += block) {
    const width = Math.min(block, count - first);
    const entries = new Float64Array(length * width);
    for (let v = 0; v < width; v++) entries[(first + v) * width + v] = 1;
    for (const round of rounds) turn(entries, width, round);
    for (let v = 0; v < width; v++) for (let k = 0; k < length; k++) put(first + v, k, entries[k * width + v]!);
  }
}

const block = 32;

/** Entries order[2k] and order[2k + 1] are turned by an angle with that cosine and sine; an odd one is left as it is. */
interface Round {
  readonly order: Int32Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

function drawnRound(length: number, { uniform }: SeededRandom): Round {
  const order = Int32Array.from({ length }, (_, k) => k);
  for (let k = length - 1; k > 0; k--) {
    const other = Math.floor(uniform(0, k + 1));
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  const angles = Float64Array.from({ length: length >> 1 }, () => uniform(-Math.PI, Math.PI));
  return { order, cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
}

function turn(entries: Float64Array, width: number, { order, cosines, sines }: Round): void {
  for (let pair = 0; pair < cosines.length; pair++) {
    const [c, s] = [cosines[pair]!, sines[pair]!];
    const [p, q] = [order[2 * pair]! * width, order[2 * pair + 1]! * width];
    for (let v = 0; v < width; v++) {
      const [a, b] = [entries[p + v]!, entries[q + v]!];
      entries[p + v] = c * a - s * b;
      entries[q + v] = s * a + c * b;
    }
  }
}
