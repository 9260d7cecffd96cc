import { randomBytes } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { copyFile, link, open, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Problem } from '../core/problem';

/**
 * Throws a Problem where a new file cannot be written to: said before anything is computed. That it can be, `writeNewFile` finds
 * out.
 */
export async function requireNewFile(path: string): Promise<void> {
  const [found, folder] = await Promise.all([kindOf(path), kindOf(dirname(path))]);
  if (found === 'folder') throw new Problem(`${path} is a folder: name the file to be written in it.`);
  if (found === 'file') throw exists(path);
  if (folder === 'nothing') throw new Problem(`${path} cannot be written: there is no folder ${dirname(path)}; make it first.`); // prettier-ignore
  if (folder === 'file') throw new Problem(`${path} cannot be written: ${dirname(path)} is no folder.`);
}

/**
 * Writes a file that is not there yet: whole or not at all, and never over another one, even one that appears meanwhile. It is
 * complete under a temporary name beside its own before it takes its place; whoever ends this process with a signal that it
 * can hear ends it without leaving that behind.
 *
 * @param temporary the temporary name, for who may have to remove it because this process was killed.
 * @throws Problem where there is something of that name, or the folder cannot be written to.
 */
export async function writeNewFile(path: string, bytes: Uint8Array, temporary = temporaryName(path)): Promise<void> {
  await requireNewFile(path);
  const listening = removeOnSignal(temporary);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await put(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw exists(path);
    throw unwritable(path, error);
  } finally {
    // What went wrong before says more than what cannot be removed because of it.
    await rm(temporary, { force: true }).catch(() => undefined);
    listening.stop();
  }
}

/** A name beside the file that no other attempt has. */
export const temporaryName = (path: string): string => `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`;

/** A name that is taken. */
export const exists = (path: string): Problem =>
  new Problem(`${basename(path)} exists already, and nothing is overwritten: choose another name.`);

export const unwritable = (path: string, error: unknown): Problem =>
  new Problem(`${path} cannot be written (${reasonOf(error)}): check that its folder exists and is writable.`);

/** After a power cut a new name is only there if its folder was written too; some systems cannot be asked to. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

export async function kindOf(path: string): Promise<'nothing' | 'file' | 'folder' | 'unknown'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? 'nothing' : 'unknown';
  }
}

/** Until it is stopped, a signal that ends the process removes the file or folder first, and then ends it as it would have. */
export function removeOnSignal(file: string): { readonly stop: () => void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = (): void => signals.forEach((signal) => process.off(signal, end));
  const end = (signal: NodeJS.Signals): void => {
    stop();
    rmSync(file, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, end);
  return { stop };
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

/** What the system says, without the temporary name that nobody asked for: "ENOSPC: no space left on device". */
function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/, \w+( '.*)?$/s, '');
}

export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
