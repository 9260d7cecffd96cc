import { resolve } from 'node:path';
import { defaultFileName, type CheckpointRequest } from '../core/cells/checkpointRequest';
import type { CellOptions } from '../core/cells/cellOptions';
import { printable } from '../core/mapTexts';
import { Problem } from '../core/problem';
import { newCheckpoint, type NewCheckpoint } from '../runtime/newCheckpoint';
import { requireNewFile, writeNewFile } from '../runtime/newCheckpointFile';
import { requestedNetwork } from '../runtime/requestedNetwork';
import { exitCode } from './exitCode';

export interface NewOptions {
  readonly cell: string;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional?: boolean;
  readonly residual?: boolean;
  readonly readout?: number;
  readonly readoutSteps?: 'last' | 'every' | 'mean';
  readonly option?: CellOptions;
  readonly seed: number;
  readonly out?: string;
}

/** Writes an untrained network as ONNX, and never over an existing file. What it is doing stands on stderr. */
export async function newCommand({ option = {}, out, ...options }: NewOptions): Promise<number> {
  const request: CheckpointRequest = {
    ...options,
    options: option,
    bidirectional: options.bidirectional ?? false,
    residual: options.residual ?? false,
    readout: options.readout ?? null,
    readoutSteps: options.readoutSteps ?? 'last',
  };
  let path: string;
  let checkpoint: NewCheckpoint;
  try {
    if (options.readoutSteps && options.readout === undefined) {
      throw new Problem(
        '--readout-steps says which steps a readout reads: give --readout <outputs> too, or leave it out.',
      );
    }
    if (out === '') throw new Problem('--out is empty: name the file, or leave it out.');
    if (out && /[/\\]$/.test(out)) throw new Problem(`${out} is a folder: name the file to be written in it.`);
    const { parameters } = requestedNetwork(request);
    path = resolve(out ?? defaultFileName(request));
    const unusable = await problemOf(requireNewFile(path));
    if (unusable) return told(unusable, exitCode.unusable);
    say(`Making ${count(parameters)} weights`);
    checkpoint = newCheckpoint(request);
  } catch (error) {
    return told(error, exitCode.usage);
  }
  say(`Writing ${path}`);
  const unusable = await problemOf(writeNewFile(path, checkpoint.bytes));
  if (unusable) return told(unusable, exitCode.unusable);
  process.stdout.write(
    printable(`${path}: ${count(checkpoint.parameters)} weights, untrained, seed ${request.seed}`) + '\n',
  );
  return exitCode.done;
}

const count = (number: number): string => number.toLocaleString('en-US');

/** One line on stderr; names of files may hold anything. */
const say = (sentence: string): void => void process.stderr.write(`${printable(sentence)}\n`);

const problemOf = (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** A Problem is for the user; anything else is a bug. */
function told(error: unknown, code: number): number {
  if (!(error instanceof Problem)) throw error;
  say(error.message);
  return code;
}

/** `key=value`, added to the options so far; the value is JSON, or the text itself where it is none. */
export function cellOption(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new Problem(`The option "${text}" is not of the form key=value.`);
  return { ...before, [text.slice(0, at)]: valueOf(text.slice(at + 1)) };
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
