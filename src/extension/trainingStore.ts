import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TrainingRun } from '../protocol/panelTraining';

/** What is kept of the trainings of one checkpoint while no process holds it. */
export interface TrainingStore {
  /** Absolute path of the snapshot, which the process that trains writes and removes. */
  readonly snapshot: string;
  hasSnapshot(): Promise<boolean>;
  removeSnapshot(): Promise<void>;
  /** What the panel shows of its runs, the last ones; whole or not at all. */
  save(runs: readonly TrainingRun[]): Promise<void>;
  /** Empty where there are none, or where another version of this program wrote them. */
  load(): Promise<readonly TrainingRun[]>;
}

/** Changes with the form of the file. */
const form = 'recurscope-runs-1';

/** @param folder that of the workspace; it need not be there yet. @param checkpoint absolute path. */
export function trainingStore(folder: string, checkpoint: string): TrainingStore {
  const key = createHash('sha256').update(checkpoint).digest('hex').slice(0, 16);
  const path = join(folder, 'trainings', `${basename(checkpoint)}.${key}`);
  const [snapshot, runsFile] = [`${path}.training`, `${path}.json`];
  /** One after the other: a later state is never replaced by an earlier one. */
  let saving: Promise<void> = Promise.resolve();

  async function write(runs: readonly TrainingRun[]): Promise<void> {
    await mkdir(join(folder, 'trainings'), { recursive: true });
    await writeFile(`${runsFile}.part`, JSON.stringify({ form, runs }));
    await rename(`${runsFile}.part`, runsFile);
  }

  return {
    snapshot,
    hasSnapshot: () =>
      access(snapshot).then(
        () => true,
        () => false,
      ),
    removeSnapshot: () => rm(snapshot, { force: true }),
    save: (runs) => (saving = saving.then(() => write(runs)).catch(() => {})),
    async load() {
      await saving;
      const text = await readFile(runsFile, 'utf8').catch(() => '{}');
      try {
        const kept = JSON.parse(text) as { readonly form?: unknown; readonly runs: readonly TrainingRun[] };
        return kept.form === form ? kept.runs : [];
      } catch {
        return []; // A file that is not whole is as good as none.
      }
    },
  };
}
