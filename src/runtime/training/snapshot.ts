import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { OptimizerState } from '../../core/training/optimizer';
import type { TrainingState } from '../../core/training/trainingState';

/** A training that was written down. */
export interface Snapshot {
  /** What the training depends on besides its state; a training may only go on where it is the same. */
  readonly identity: string;
  readonly state: TrainingState;
}

const magic = 'recurscope-training-1\n';

/**
 * Replaces the snapshot whole or not at all: power may go at any moment. The file is a line that names its form, a line with
 * the SHA-256 of the rest, a line of JSON with every number that is not in an array, and the arrays, float32 in little-endian
 * order.
 */
export async function writeSnapshot(path: string, { identity, state }: Snapshot): Promise<void> {
  const { weights, optimizer, best, ...rest } = state;
  const arrays = [...weights, ...optimizer.moments.flat(), ...(best?.weights ?? [])];
  const header: Header = {
    identity,
    rest,
    step: optimizer.step,
    moments: optimizer.moments.length,
    best: best && { epoch: best.epoch, loss: best.loss },
    sizes: weights.map(({ length }) => length),
  };
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...arrays.map(bytesOf)]);
  await mkdir(dirname(path), { recursive: true });
  const temporary = partOf(path);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(Buffer.concat([Buffer.from(`${magic}${digestOf(body)}\n`), body]));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Reads a snapshot; null where there is none, or none that is whole. */
export async function readSnapshot(path: string): Promise<Snapshot | null> {
  const bytes = await readFile(path).catch(() => null);
  if (!bytes?.subarray(0, magic.length).equals(Buffer.from(magic))) return null;
  const digestEnd = bytes.indexOf('\n', magic.length);
  const body = bytes.subarray(digestEnd + 1);
  if (bytes.toString('latin1', magic.length, digestEnd) !== digestOf(body)) return null;
  const headerEnd = body.indexOf('\n');
  const { identity, rest, step, moments, best, sizes } = JSON.parse(body.toString('utf8', 0, headerEnd)) as Header;
  let from = headerEnd + 1;
  const arrays = (): Float32Array[] =>
    sizes.map((size) => {
      const values = new Float32Array(size);
      new Uint8Array(values.buffer).set(body.subarray(from, (from += 4 * size)));
      return values;
    });
  const weights = arrays();
  const optimizer: OptimizerState = { step, moments: Array.from({ length: moments }, arrays) };
  return { identity, state: { ...rest, weights, optimizer, best: best && { ...best, weights: arrays() } } };
}

/** Removes a snapshot that is no longer needed, and what a process that was killed while it wrote one has left. */
export async function removeSnapshot(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(partOf(path), { force: true });
}

const partOf = (path: string): string => `${path}.part`;

interface Header {
  readonly identity: string;
  readonly rest: Omit<TrainingState, 'weights' | 'optimizer' | 'best'>;
  readonly step: number;
  readonly moments: number;
  readonly best: { readonly epoch: number; readonly loss: number } | null;
  readonly sizes: readonly number[];
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
