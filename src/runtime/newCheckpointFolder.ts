import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckpointFile } from '../formats/weightStore';
import { codeOf, exists, kindOf, removeOnSignal, syncFolder, temporaryName, unwritable } from './newCheckpointFile';

/**
 * Writes a folder that is not there yet: whole or not at all, and never over another one. It is complete under a temporary
 * name beside its own before it takes its place.
 *
 * @throws Problem where there is something of that name, or its own folder cannot be written to.
 */
export async function writeNewFolder(path: string, files: readonly CheckpointFile[]): Promise<void> {
  if ((await kindOf(path)) !== 'nothing') throw exists(path);
  const temporary = temporaryName(path);
  const listening = removeOnSignal(temporary);
  try {
    const folders = new Set([temporary, ...files.map((file) => dirname(join(temporary, file.path)))]);
    for (const folder of folders) await mkdir(folder, { recursive: true });
    for (const file of files) {
      const handle = await open(join(temporary, file.path), 'wx');
      try {
        await handle.writeFile(file.bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    for (const folder of folders) await syncFolder(folder);
    // A folder takes no place that is taken, but by an empty folder.
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(codeOf(error))) throw exists(path);
    throw unwritable(path, error);
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    listening.stop();
  }
}
