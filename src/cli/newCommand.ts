import { resolve } from 'node:path';
import { defaultFileName, type CheckpointRequest } from '../core/cells/checkpointRequest';
import type { CellOptions } from '../core/cells/cellOptions';
import { printable } from '../core/mapTexts';
import { Problem } from '../core/problem';
import { newCheckpoint, type NewCheckpoint } from '../runtime/newCheckpoint';
import { writeNewFile } from '../runtime/newCheckpointFile';
import { exitCode } from './exitCode';

export interface NewOptions {
  readonly cell: string;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional?: boolean;
  readonly residual?: boolean;
  readonly readout?: number;
  readonly readoutSteps: 'last' | 'every';
  readonly option?: CellOptions;
  readonly seed: number;
  readonly out?: string;
}

/** Writes an untrained network as ONNX, and never over an existing file. */
export async function newCommand({ option = {}, out, ...options }: NewOptions): Promise<number> {
  const request: CheckpointRequest = {
    ...options,
    options: option,
    bidirectional: options.bidirectional ?? false,
    residual: options.residual ?? false,
    readout: options.readout ?? null,
  };
  const path = resolve(out ?? defaultFileName(request));
  let checkpoint: NewCheckpoint;
  try {
    checkpoint = newCheckpoint(request);
  } catch (error) {
    return told(error, exitCode.usage);
  }
  try {
    await writeNewFile(path, checkpoint.bytes);
  } catch (error) {
    return told(error, exitCode.unusable);
  }
  const numbers = checkpoint.parameters.toLocaleString('en-US');
  process.stdout.write(printable(`${path}: ${numbers} weights, untrained, seed ${request.seed}`) + '\n');
  return exitCode.done;
}

/** A Problem is for the user; anything else is a bug. */
function told(error: unknown, code: number): number {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${printable(error.message)}\n`);
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
