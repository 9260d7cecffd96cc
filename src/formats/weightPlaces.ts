import type { Checkpoint } from '../core/checkpoint';
import { storedMatrices } from '../core/storedMatrices';
import type { StoredNumbers, WeightStore } from './weightStore';

/** For each number of a matrix, by the matrix's key, which number of the file it is; −1 in a matrix of which some are none. */
export type WeightPlaces = ReadonlyMap<string, Int32Array>;

/**
 * Finds out where the numbers of a checkpoint stand in its files, without knowing how the reader arranges them: it is made to
 * read the same files with every number replaced by a digit of its own index, and what arrives where is read off. A number
 * that the reader computes, out of several or by a scale, arrives as something else: a second reading with the first digits
 * turned round, v ↦ base + 1 − v, must give the first one turned round, which of all a v + b only v itself does.
 */
export async function weightPlaces(
  store: WeightStore,
  { count, exactUpTo: base, replaced }: StoredNumbers,
  checkpoint: Pick<Checkpoint, 'layers' | 'readout'>,
): Promise<WeightPlaces> {
  const probed = async (value: (index: number) => number): Promise<ReadonlyMap<string, ArrayLike<number>>> =>
    new Map(storedMatrices(await store.read(replaced(value))).map(({ key, matrix }) => [key, matrix.values]));
  // Digits begin at 1, because readers take a tensor of zeros for something else than a tensor of weights.
  const digit = (index: number, power: number): number => (Math.floor(index / power) % base) + 1;
  const first = await probed((index) => digit(index, 1));
  const turned = await probed((index) => base + 1 - digit(index, 1));
  const places = new Map<string, Int32Array>();
  for (const { key, matrix } of storedMatrices(checkpoint)) {
    const [ahead, back] = [first.get(key), turned.get(key)];
    const found = new Int32Array(matrix.values.length).fill(-1);
    for (let k = 0; ahead && back && k < found.length; k++) {
      const v = ahead[k]!;
      if (Number.isInteger(v) && v >= 1 && v <= base && back[k] === base + 1 - v) found[k] = v - 1;
    }
    places.set(key, found);
  }
  for (let power = base; power < count; power *= base) {
    const higher = await probed((index) => digit(index, power));
    for (const [key, found] of places) {
      const values = higher.get(key);
      for (let k = 0; k < found.length; k++) if (found[k]! >= 0) found[k]! += ((values?.[k] ?? 1) - 1) * power;
    }
  }
  // Whole numbers times a scale that is a weight look like it where they are one: a matrix is stored as a whole or not at all.
  for (const found of places.values()) if (found.some((index) => index < 0 || index >= count)) found.fill(-1);
  return places;
}
