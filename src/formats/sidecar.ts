import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import type { Declarations } from '../core/declarations';
import { Problem } from '../core/problem';
import { checkedBy, readJson, reasonOf } from './checkedJson';
import { isJsonObject } from './jsonObject';
import schema from '../../schemas/recurscope.schema.json';

/** Where the sidecar of a checkpoint is: `model.onnx` has `model.onnx.recurscope.json`. */
export const sidecarPath = (checkpointPath: string): string => `${checkpointPath}.recurscope.json`;

const checked = checkedBy<Declarations>(schema, 'sidecar');

/**
 * Reads a sidecar and checks it against its schema.
 *
 * @throws Problem in one sentence: which key, what is wrong with it, what is allowed.
 */
export const readSidecar = async (path: string): Promise<Declarations> =>
  checked(await readJson(path, 'sidecar'), basename(path));

/**
 * Names a data file or a reference in the sidecar of a checkpoint, which is made when there is none, or takes the name out
 * (null); its other keys are kept. The path is written relative to the sidecar, so that the folder can move. The file is
 * replaced whole or not at all.
 *
 * @throws Problem when there is a sidecar that is not a JSON object, or the folder cannot be written to.
 */
export async function writePathIntoSidecar(
  checkpointPath: string,
  key: 'data' | 'reference',
  named: string | null,
): Promise<void> {
  const path = sidecarPath(checkpointPath);
  const before = await readJson(path, 'sidecar', {});
  if (!isJsonObject(before))
    throw new Problem(`The sidecar ${basename(path)} is not a JSON object; correct or remove it first.`);
  // A key that is undefined is not written.
  const after = { ...before, [key]: named === null ? undefined : relativePath(dirname(path), named) };
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(after, null, 2)}\n`);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Problem(`The sidecar ${basename(path)} cannot be written: ${reasonOf(error)}.`, { cause: error });
  }
}

/** With forward slashes on every system; a file on another drive keeps its full path. */
function relativePath(from: string, to: string): string {
  const path = relative(from, to);
  return isAbsolute(path) ? path : path.split(sep).join('/');
}
