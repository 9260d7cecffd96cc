import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { Problem } from '../core/problem';

/**
 * Writes a file that is not there yet: whole or not at all, and never over another one, even one that appears meanwhile. It is
 * complete under a temporary name beside its own before it takes its place.
 *
 * @throws Problem where there is a file of that name, or the folder cannot be written to.
 */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await put(temporary, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new Problem(
        `${basename(path)} exists already, and a checkpoint is never overwritten: choose another name.`,
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem(`${path} cannot be written (${reason}): check that its folder exists and is writable.`);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A second name for the file, which fails where the name is taken; some file systems can only copy. */
async function put(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'UNKNOWN'].includes(codeOf(error))) throw error;
    await copyFile(temporary, path, constants.COPYFILE_EXCL);
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
