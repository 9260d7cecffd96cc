import { writeFile } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import type { Declarations } from '../core/declarations';
import { sidecarPath } from '../formats/sidecar';

/** What the sidecar of a retrained checkpoint says. */
export interface RetrainedSidecar {
  /** As the sidecar of the original declares, but that these data train it. */
  readonly declarations: Declarations;
  /** Absolute paths. */
  readonly data: string;
  readonly reference: string | null;
}

/** Writes the sidecar of a retrained checkpoint, which is a new file as the checkpoint is. */
export async function writeRetrainedSidecar(
  checkpoint: string,
  { declarations, data, reference }: RetrainedSidecar,
): Promise<void> {
  const path = sidecarPath(checkpoint);
  const named = (file: string): string => relative(dirname(path), file).split(sep).join('/');
  const { $schema, ...rest } = declarations;
  const values = {
    ...($schema !== undefined && { $schema }),
    ...{ ...rest, data: named(data) },
    ...(reference !== null && { reference: named(reference) }),
  };
  await writeFile(path, `${JSON.stringify(values, null, 2)}\n`, { flag: 'wx' });
}
