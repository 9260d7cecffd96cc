import { lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { markdownReport } from '../core/markdownReport';
import { Problem } from '../core/problem';
import type { AnalysisReport } from '../core/report';
import { reportJson } from '../core/reportJson';

/**
 * Writes `<checkpoint>.bounds.json` and `<checkpoint>.bounds.md`, both or neither. Both are complete under temporary names
 * before either takes its place, so a full disk or a lost permission leaves nothing half-written and no older report lost.
 */
export async function saveReport(checkpoint: string, report: AnalysisReport): Promise<string[]> {
  const files = [
    { path: `${checkpoint}.bounds.json`, text: reportJson(report) },
    { path: `${checkpoint}.bounds.md`, text: markdownReport(report) },
  ].map((file) => ({ ...file, temporary: `${file.path}.${process.pid}.part` }));
  const replaced: { path: string; older: Buffer | null }[] = [];
  try {
    for (const { temporary, text } of files) await writeFile(temporary, text);
    for (const { temporary, path } of files) {
      const older = await olderReport(path);
      await rename(temporary, path);
      replaced.push({ path, older });
    }
  } catch (error) {
    for (const { temporary } of files) await rm(temporary, { force: true });
    for (const { path, older } of replaced) await (older ? writeFile(path, older) : rm(path));
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem(
      `The report could not be saved next to ${checkpoint} (${reason}): check that the folder is writable.`,
    );
  }
  return files.map(({ path }) => path);
}

/** null where there is none, or where something else lies that reading could wait for. */
async function olderReport(path: string): Promise<Buffer | null> {
  const found = await lstat(path).catch(() => null);
  return found?.isFile() ? readFile(path) : null;
}
