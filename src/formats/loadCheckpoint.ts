import { createHash } from 'node:crypto';
import { constants, closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { Problem } from '../core/problem';
import type { LoadedCheckpoint } from './loadedCheckpoint';
import { readOnnx } from './onnx/readOnnx';
import { readTfjs } from './tfjs/readTfjs';

/** Protobuf cannot describe a larger file, and neither can one buffer of some runtimes. */
const largestFile = 2 ** 31 - 1;

/**
 * Reads a checkpoint of any supported format; `file` is its path. Throws a Problem, one sentence for the user, when the
 * file cannot be read, is damaged, is of another format, or holds no recurrent layer.
 */
export async function loadCheckpoint(file: string): Promise<LoadedCheckpoint> {
  const name = path.basename(file);
  const extension = path.extname(name).toLowerCase();
  const exporting = exportAdvice[extension];
  if (exporting !== undefined) throw new Problem(`${name} is a ${exporting}`);
  const bytes = await readWhole(file, name);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (extension === '.json' || looksLikeJson(bytes)) {
    const { checkpoint, program } = await readTfjs(bytes, name, (relative) => readBeside(file, name, relative));
    return { checkpoint: { ...checkpoint, sha256 }, program };
  }
  const { checkpoint, program } = readOnnx(bytes, name, (location, offset, length) =>
    readExternal(file, name, location, offset, length),
  );
  return { checkpoint: { ...checkpoint, sha256 }, program: { ...program, path: path.resolve(file), bytes } };
}

const pytorchAdvice =
  'PyTorch file, which only PyTorch can read: export it with torch.onnx.export(model, example, "model.onnx") and analyze that file.';
const kerasAdvice =
  'Keras file, which only Keras can read: export it with model.export("model.onnx", format="onnx") or tensorflowjs_converter --input_format keras, and analyze that file.';

/** Formats that hold weights only or need their own program, with how to export them; by file extension. */
const exportAdvice: Readonly<Record<string, string>> = {
  '.pt': pytorchAdvice,
  '.pth': pytorchAdvice,
  '.ckpt': pytorchAdvice,
  '.h5': kerasAdvice,
  '.hdf5': kerasAdvice,
  '.keras': kerasAdvice,
  '.safetensors':
    'safetensors file, which holds weights without the network they belong to: load it in PyTorch, export it with torch.onnx.export(model, example, "model.onnx") and analyze that file.',
};

async function readWhole(file: string, name: string): Promise<Uint8Array> {
  try {
    const information = await stat(file);
    if (information.isDirectory()) throw new Problem(`${name} is a folder; choose the .onnx or .json file inside it.`);
    if (!information.isFile()) throw new Problem(`${name} is not a regular file; choose an .onnx or .json file.`);
    if (information.size === 0) throw new Problem(`${name} is empty; download or export it again.`);
    if (information.size > largestFile) {
      throw new Problem(
        `${name} is larger than 2 GB, the most an ONNX file can hold; export it with its weights as external data.`,
      );
    }
    if (information.size < 1024) requireNoPointer(await readFile(file), name);
    return await readFile(file);
  } catch (error) {
    throw readable(error, name);
  }
}

/** Git LFS leaves a small text file in place of a file that was not fetched. */
function requireNoPointer(bytes: Uint8Array, name: string): void {
  if (new TextDecoder().decode(bytes.subarray(0, 64)).startsWith('version https://git-lfs.github.com/spec/')) {
    throw new Problem(`${name} is a Git LFS pointer and not the file itself; run "git lfs pull" to fetch it.`);
  }
}

/** A JSON object starts with a brace; the first byte of an ONNX file is never a brace. */
function looksLikeJson(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 16)).trimStart();
  return start.startsWith('{') || start.startsWith('[');
}

function readable(error: unknown, name: string): unknown {
  if (error instanceof Problem || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOENT') return new Problem(`${name} does not exist; check the path.`);
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new Problem(`${name} may not be read (permission denied); change its permissions.`);
  return new Problem(`${name} could not be read (${error.message}); check the disk and the permissions.`);
}

/** The path of a file that a checkpoint names, which must lie in the checkpoint's own folder. */
function besidePath(file: string, name: string, relative: string): string {
  const folder = path.dirname(path.resolve(file));
  const target = path.resolve(folder, relative);
  const outside = (from: string, to: string): boolean => {
    const way = path.relative(from, to);
    return way === '' || way.startsWith('..') || path.isAbsolute(way);
  };
  if (relative === '' || relative.includes('\0') || outside(folder, target)) {
    throw new Problem(
      `${name} names the weights file "${relative}", which is not in its own folder, so it is not read; export the model again.`,
    );
  }
  let real: string;
  let isFile: boolean;
  try {
    real = realpathSync(target);
    isFile = statSync(real).isFile();
  } catch (error) {
    throw missingBeside(error, name, relative);
  }
  if (outside(realpathSync(folder), real)) {
    throw new Problem(
      `${name} names the weights file "${relative}", which leads out of its own folder, so it is not read; put the file itself there.`,
    );
  }
  // Opening a pipe waits for somebody to write to it.
  if (!isFile)
    throw new Problem(`The weights file "${relative}" of ${name} is not a regular file; put the file itself there.`);
  return target;
}

function missingBeside(error: unknown, name: string, relative: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT')
    return new Problem(
      `${name} needs the weights file "${relative}" beside it, which is missing; put it into the same folder.`,
    );
  return readable(error, relative);
}

/** A whole file of a checkpoint's own folder. */
export async function readBeside(file: string, name: string, relative: string): Promise<Uint8Array> {
  const target = besidePath(file, name, relative);
  try {
    const handle = await open(target, constants.O_RDONLY);
    try {
      const { size } = await handle.stat();
      if (size > largestFile)
        throw new Problem(`The weights file "${relative}" is larger than 2 GB; export the model in smaller parts.`);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw missingBeside(error, name, relative);
  }
}

/** A part of a file of external data, without reading the rest of it. */
export function readExternal(
  file: string,
  name: string,
  location: string,
  offset: number,
  length: number | null,
): Uint8Array {
  const target = besidePath(file, name, location);
  if (
    !Number.isSafeInteger(offset) ||
    offset < 0 ||
    length === null ||
    !Number.isSafeInteger(length) ||
    length > largestFile
  ) {
    throw new Problem(`${name} names an impossible part of the weights file "${location}"; export the model again.`);
  }
  try {
    const descriptor = openSync(target, constants.O_RDONLY);
    try {
      const bytes = new Uint8Array(length);
      const read = length === 0 ? 0 : readSync(descriptor, bytes, 0, length, offset);
      if (read < length)
        throw new Problem(`The weights file "${location}" of ${name} is too short; download or export it again.`);
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw missingBeside(error, name, location);
  }
}
