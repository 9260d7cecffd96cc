import { basename, dirname, extname, join, resolve } from 'node:path';
import type { CheckpointFile } from '../formats/weightStore';
import { kindOf, writeNewFile } from './newCheckpointFile';
import { writeNewFolder } from './newCheckpointFolder';

/** What a checkpoint made from another one is called: `retrained-1`, or the next number that is free, or just `noised`. */
export interface Derivation {
  readonly label: string;
  readonly numbered: boolean;
}

/**
 * Writes the files of a checkpoint that was made from the one in `original` beside it: `model.onnx` gives
 * `model.retrained-1.onnx`, and a folder `model/model.json` a folder `model.retrained-1`. Nothing is overwritten, and the
 * checkpoint is there whole or not at all.
 *
 * @param files as `writeWeights` makes them, the model file first.
 * @returns the path of the new model file.
 * @throws Problem where the folder cannot be written to, or the one name that may be used is taken.
 */
export async function writeDerivedCheckpoint(
  original: string,
  files: readonly CheckpointFile[],
  derivation: Derivation,
): Promise<string> {
  const model = files[0]!;
  for (let n = 1; ; n++) {
    const place = derivedPlace(original, derivation, n);
    if (derivation.numbered && (await kindOf(place)) !== 'nothing') continue;
    if (files.length === 1) {
      await writeNewFile(place, model.bytes);
      return place;
    }
    await writeNewFolder(place, files);
    return join(place, model.path);
  }
}

/** Where the checkpoint goes: a file beside an ONNX file; a folder beside that of a model.json, or beside a JSON of another name. */
export function derivedPlace(original: string, { label, numbered }: Derivation, n: number): string {
  const path = resolve(original);
  const mark = numbered ? `${label}-${n}` : label;
  const extension = extname(path);
  if (extension.toLowerCase() !== '.json')
    return `${path.slice(0, path.length - extension.length)}.${mark}${extension}`;
  const folder = dirname(path);
  const stem = basename(path, extension);
  return stem === 'model' && basename(folder) !== '' ? `${folder}.${mark}` : join(folder, `${stem}.${mark}`);
}
