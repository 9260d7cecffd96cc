import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import type { Checkpoint } from '../core/checkpoint';
import { layersInUse } from '../core/layersInUse';
import type { Matrix } from '../core/linalg/matrix';
import { Problem } from '../core/problem';
import { storedMatrices, type StoredMatrix } from '../core/storedMatrices';
import { readBeside, readExternal } from './loadCheckpoint';
import type { LoadedCheckpoint } from './loadedCheckpoint';
import { onnxWeights } from './onnx/onnxWeights';
import { numberTypes } from './storedNumber';
import { tfjsWeights } from './tfjs/tfjsWeights';
import { weightPlaces, type WeightPlaces } from './weightPlaces';
import { storedNumbers, type CheckpointFile, type StoredNumbers, type WeightStore } from './weightStore';

/** Makes checkpoints of the same structure with other numbers, as often as they are wanted. */
export interface WeightWriter {
  /**
   * Throws a Problem where `write` could not take other numbers for every layer that the scores depend on and for the readout,
   * each on its own, and on request for the embedding in front of them: for whoever would otherwise find out after a long
   * training.
   */
  requireWritable(what?: { readonly embedding: boolean }): void;
  /**
   * The files of the same model with the numbers of `changed`, each rounded to the type it is stored in; the first is the model
   * file itself. Everything else is as it was, bit for bit. The files are read again, and are what was wanted, before they come out.
   *
   * @throws Problem where a number that has changed cannot be written, naming its matrix.
   */
  write(changed: Pick<Checkpoint, 'layers' | 'readout'>): Promise<readonly CheckpointFile[]>;
}

/**
 * Opens a checkpoint that `loadCheckpoint` has read from `file` for writing; the file itself is never touched.
 *
 * @throws Problem where it is no longer the file that was read.
 */
export async function openWeightWriter(loaded: LoadedCheckpoint, file: string): Promise<WeightWriter> {
  const { checkpoint } = loaded;
  const store = await openStore(loaded, file);
  const numbers = storedNumbers(store);
  const places = await weightPlaces(store, numbers, checkpoint);
  return {
    requireWritable({ embedding } = { embedding: false }) {
      wantedNumbers(store, numbers, places, checkpoint, allOther(checkpoint, embedding));
    },
    async write(changed) {
      const wanted = wantedNumbers(store, numbers, places, checkpoint, changed);
      const buffers = numbers.replaced((index) => wanted[index]!);
      requireSame(storedMatrices(await store.read(buffers)), expected(places, wanted, checkpoint), checkpoint.file);
      return store.files(buffers);
    },
  };
}

/** The files of the model in `file` with the numbers of `changed`; see `WeightWriter`. */
export async function writeWeights(
  loaded: LoadedCheckpoint,
  file: string,
  changed: Pick<Checkpoint, 'layers' | 'readout'>,
): Promise<readonly CheckpointFile[]> {
  return (await openWeightWriter(loaded, file)).write(changed);
}

async function openStore(loaded: LoadedCheckpoint, file: string): Promise<WeightStore> {
  const { file: name, sha256 } = loaded.checkpoint;
  if (loaded.program.kind === 'onnx')
    return onnxWeights(loaded, (location, offset, length) => readExternal(file, name, location, offset, length));
  const json = await readFile(file).catch(() => null);
  if (json === null || createHash('sha256').update(json).digest('hex') !== sha256)
    throw new Problem(`${name} is not the file any more that was read: analyze it again.`);
  return tfjsWeights(loaded, json, (relative) => readBeside(file, name, relative));
}

/** The number that each place of the files is to hold, NaN where it stays what it is. */
function wantedNumbers(
  { whyNotStored, otherReader }: WeightStore,
  { count, tensorOf }: StoredNumbers,
  places: WeightPlaces,
  original: Checkpoint,
  changed: Pick<Checkpoint, 'layers' | 'readout'> | ReadonlyMap<string, Matrix['values']>,
): Float64Array {
  const { file } = original;
  const now = 'layers' in changed ? valuesByKey(changed) : changed;
  const wanted = new Float64Array(count).fill(NaN);
  const owner = new Map<StoredMatrix, Int32Array>();
  for (const stored of storedMatrices(original)) {
    const { key, label, matrix } = stored;
    const values = now.get(key);
    if (values?.length !== matrix.values.length)
      throw new Error(`The other numbers of ${file} have no ${label} of ${matrix.values.length}.`);
    const found = places.get(key)!;
    owner.set(stored, found);
    const asked = new Set<string>();
    for (let k = 0; k < values.length; k++) {
      const value = values[k]!;
      const index = found[k]!;
      const isNew = !Object.is(value, matrix.values[k]!);
      if (index < 0) {
        if (isNew) throw refused(file, stored, whyNotStored(matrix.tensor));
        continue;
      }
      const { name, type } = tensorOf(index);
      const kept = numberTypes[type].nearest(value);
      if (!Number.isFinite(kept)) throw refused(file, stored, `${value} is no number that ${type} holds`);
      if (!Number.isNaN(wanted[index]!) && !Object.is(wanted[index], kept))
        throw refused(file, stored, `the file keeps it as the same numbers as ${sharedWith(owner, index, stored)}, which is to be another`); // prettier-ignore
      wanted[index] = kept;
      if (!isNew || asked.has(name)) continue;
      asked.add(name);
      const other = otherReader(name);
      if (other !== null) throw refused(file, stored, `${other} reads the same tensor, and would change with it`);
    }
  }
  // A number that is to stay stays in every bit, also where the reader rounds it.
  for (const [{ key, matrix }, found] of owner) {
    const values = now.get(key)!;
    for (let k = 0; k < values.length; k++)
      if (found[k]! >= 0 && Object.is(values[k], matrix.values[k])) wanted[found[k]!] = NaN;
  }
  return wanted;
}

const valuesByKey = (checkpoint: Pick<Checkpoint, 'layers' | 'readout'>): ReadonlyMap<string, Matrix['values']> =>
  new Map(storedMatrices(checkpoint).map(({ key, matrix }) => [key, matrix.values]));

/**
 * Numbers that are other ones in every matrix that the scores depend on, and not the same in any two of them; all types keep
 * them exactly.
 */
function allOther(checkpoint: Checkpoint, embedding: boolean): ReadonlyMap<string, Matrix['values']> {
  const used = layersInUse(checkpoint).map((k) => checkpoint.layers[k]!);
  const isTable = (matrix: Matrix): boolean =>
    used.some(({ input }) => input.kind === 'frontEnd' && input.embedding === matrix);
  const changes = new Set(storedMatrices({ layers: used, readout: checkpoint.readout }).map(({ matrix }) => matrix));
  const other = ({ length }: Matrix['values'], m: number): Float64Array => {
    const values = new Float64Array(length);
    for (let k = 0; k < length; k++) values[k] = 1 + ((k + 31 * m) % 127) / 128;
    return values;
  };
  return new Map(
    storedMatrices(checkpoint).map(({ key, matrix }, m) => [
      key,
      changes.has(matrix) && (embedding || !isTable(matrix)) ? other(matrix.values, m) : matrix.values,
    ]),
  );
}

function sharedWith(owner: ReadonlyMap<StoredMatrix, Int32Array>, index: number, self: StoredMatrix): string {
  for (const [stored, places] of owner) if (stored !== self && places.includes(index)) return stored.label;
  return `another number of ${self.label}`;
}

const refused = (file: string, { label, matrix }: StoredMatrix, why: string): Problem =>
  new Problem(
    `${label} (the tensor "${matrix.tensor}" of ${file}) cannot be written back: ${why}. Export the model with plain floating-point weights, one tensor for each use.`,
  );

/** What a reader should find, rounded as it rounds. */
function expected(
  places: WeightPlaces,
  wanted: Float64Array,
  original: Checkpoint,
): ReadonlyMap<string, ArrayLike<number>> {
  return new Map(
    storedMatrices(original).map(({ key, matrix }) => {
      const found = places.get(key)!;
      const values = matrix.values.slice();
      for (let k = 0; k < values.length; k++) {
        const written = wanted[found[k]!] ?? NaN;
        if (!Number.isNaN(written)) values[k] = written;
      }
      return [key, values];
    }),
  );
}

function requireSame(
  read: readonly StoredMatrix[],
  wanted: ReadonlyMap<string, ArrayLike<number>>,
  file: string,
): void {
  const again = new Map(read.map((stored) => [stored.key, stored]));
  for (const [key, values] of wanted) {
    const stored = again.get(key);
    for (let k = 0; k < values.length; k++) {
      if (stored && Object.is(stored.matrix.values[k], values[k])) continue;
      throw new Problem(
        `${file} cannot be written back: read again, ${stored?.label ?? 'a matrix'} is not what was written. Export the model with plain floating-point weights, one tensor for each use.`,
      );
    }
  }
}
