import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { ModelInput } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import type { Sequences, Tensor } from '../../core/sequences';
import { assembleSequences, checkArrayNames } from './assembleSequences';
import { readCsv } from './csv';
import { readJsonLines } from './jsonLines';
import { readNpz } from './npz';
import { arraysOfRows, type Row } from './rows';

/**
 * Reads the user's sequences for a model with these inputs: `.npz` (arrays named like the inputs), or, for models with one
 * input, `.csv` or `.jsonl` (see `readCsv` and `readJsonLines` for their layouts). Arrays `labels`, `lengths` and `holdout`
 * are optional.
 *
 * @throws Problem when the file cannot be read or does not fit the model.
 */
export async function readSequences(path: string, inputs: readonly ModelInput[]): Promise<Sequences> {
  const fileName = basename(path);
  const read = readers[extname(path).toLowerCase()];
  if (!read) throw new Problem(`${fileName} is not a data file that can be read; use .npz, .csv or .jsonl.`);
  const arrays = read(await readBytes(path, fileName), inputs, fileName);
  return assembleSequences(arrays, inputs, fileName);
}

type Reader = (bytes: Uint8Array, inputs: readonly ModelInput[], fileName: string) => ReadonlyMap<string, Tensor>;

const rowsReader =
  (read: (text: string, fileName: string) => Row[]): Reader =>
  (bytes, inputs, fileName) => {
    // A text in memory has a length limit, which such a file may pass; NumPy archives have no such limit.
    if (bytes.length > 2 ** 28)
      throw new Problem(`${fileName} is too large for a text file; save the sequences as .npz with numpy.savez.`);
    const rows = read(new TextDecoder().decode(bytes), fileName);
    if (rows.length === 0) throw new Problem(`${fileName} holds no sequences; add at least one.`);
    return arraysOfRows(rows, inputs, fileName);
  };

const readers: Readonly<Record<string, Reader>> = {
  '.npz': (bytes, inputs, fileName) => readNpz(bytes, fileName, (names) => checkArrayNames(names, inputs, fileName)),
  '.csv': rowsReader(readCsv),
  '.jsonl': rowsReader(readJsonLines),
};

async function readBytes(path: string, fileName: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    await requireFile(path, fileName);
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Problem(`The data file ${path} does not exist; check the path, or "data" in the sidecar.`, {
        cause: error,
      });
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem(`The data file ${fileName} cannot be read (${why}); check the disk and the permissions.`, {
      cause: error,
    });
  }
  if (bytes.length === 0) throw new Problem(`The data file ${fileName} is empty; write it again.`);
  if (Buffer.from(bytes.subarray(0, 40)).toString('latin1').startsWith('version https://git-lfs')) {
    throw new Problem(`The data file ${fileName} is a Git LFS pointer, not the data; fetch it with git lfs pull.`);
  }
  return bytes;
}

/** Reading a pipe or a device could wait or go on forever. */
async function requireFile(path: string, fileName: string): Promise<void> {
  const information = await stat(path);
  if (!information.isFile())
    throw new Problem(
      `The data file ${fileName} is ${information.isDirectory() ? 'a folder' : 'not a regular file'}; choose an .npz, .csv or .jsonl file.`,
    );
  if (information.size > 2 ** 31 - 1)
    throw new Problem(
      `The data file ${fileName} is larger than 2 GB, which is more than can be read; save fewer sequences.`,
    );
}
