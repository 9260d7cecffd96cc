import Ajv, { type ErrorObject } from 'ajv';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import type { Declarations } from '../core/declarations';
import { Problem } from '../core/problem';
import { isJsonObject, type JsonObject } from './jsonObject';
import schema from '../../schemas/recurscope.schema.json';

/** A sidecar holds a few dozen values. */
const mostBytes = 2 ** 24;

/** Where the sidecar of a checkpoint is: `model.onnx` has `model.onnx.recurscope.json`. */
export const sidecarPath = (checkpointPath: string): string => `${checkpointPath}.recurscope.json`;

/** The schema is generated from the type, so what it accepts is of the type. */
const isDeclarations = new Ajv({ allErrors: false, allowUnionTypes: true, strict: false }).compile<Declarations>(
  schema,
);

/**
 * Reads a sidecar and checks it against its schema.
 *
 * @throws Problem in one sentence: which key, what is wrong with it, what is allowed.
 */
export async function readSidecar(path: string): Promise<Declarations> {
  const value = await readJson(path);
  if (isDeclarations(value)) return value;
  const [error] = isDeclarations.errors ?? [];
  throw new Problem(
    `In the sidecar ${basename(path)}, ${error ? explained(error) : 'something does not fit its schema'}.`,
  );
}

/**
 * Names a data file or a reference in the sidecar of a checkpoint, which is made when there is none, or takes the name out
 * (null); its other keys are kept. The path is written relative to the sidecar, so that the folder can move. The file is
 * replaced whole or not at all.
 *
 * @throws Problem when there is a sidecar that is not a JSON object, or the folder cannot be written to.
 */
export async function writePathIntoSidecar(
  checkpointPath: string,
  key: 'data' | 'reference',
  named: string | null,
): Promise<void> {
  const path = sidecarPath(checkpointPath);
  const before = await readJson(path, {});
  if (!isJsonObject(before))
    throw new Problem(`The sidecar ${basename(path)} is not a JSON object; correct or remove it first.`);
  // A key that is undefined is not written.
  const after = { ...before, [key]: named === null ? undefined : relativePath(dirname(path), named) };
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(after, null, 2)}\n`);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Problem(`The sidecar ${basename(path)} cannot be written: ${reasonOf(error)}.`, { cause: error });
  }
}

/** With forward slashes on every system; a file on another drive keeps its full path. */
function relativePath(from: string, to: string): string {
  const path = relative(from, to);
  return isAbsolute(path) ? path : path.split(sep).join('/');
}

async function readJson(path: string, ifMissing?: JsonObject): Promise<unknown> {
  let text: string;
  try {
    // Reading a pipe or a device could wait or go on forever.
    const information = await stat(path);
    if (!information.isFile() || information.size > mostBytes)
      throw new Problem(
        `The sidecar ${basename(path)} is ${information.isFile() ? 'larger than 16 MB' : 'not a regular file'}; put a JSON file in its place.`,
      );
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (isJsonObject(error) && error['code'] === 'ENOENT') {
      if (ifMissing) return ifMissing;
      throw new Problem(`The sidecar ${path} does not exist; check the path.`, { cause: error });
    }
    throw new Problem(`The sidecar ${basename(path)} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Problem(`The sidecar ${basename(path)} is not valid JSON: ${reasonOf(error)}.`, { cause: error });
  }
}

/** One sentence without its full stop. */
function explained({ keyword, instancePath, params, message }: ErrorObject): string {
  const key = instancePath.slice(1).replaceAll('/', '.');
  const place = key === '' ? 'the file' : `"${key}"`;
  const allowed: unknown = params['allowedValues'];
  switch (keyword) {
    case 'additionalProperties': {
      const unknown = String(params['additionalProperty']);
      return `the key "${key === '' ? unknown : `${key}.${unknown}`}" is not known; known are ${knownKeys(instancePath)}`;
    }
    case 'enum':
      return `${place} must be one of ${Array.isArray(allowed) ? allowed.map((value) => `"${String(value)}"`).join(', ') : 'its values'}`;
    case 'required':
      return `${place} needs the key "${String(params['missingProperty'])}"`;
    default:
      return `${place} ${message ?? 'does not fit its schema'}`;
  }
}

function knownKeys(instancePath: string): string {
  let level: JsonObject = schema;
  for (const key of instancePath.split('/').slice(1)) {
    const properties = level['properties'];
    const next = isJsonObject(properties) ? properties[key] : null;
    if (isJsonObject(next)) level = next;
  }
  const properties = level['properties'];
  return isJsonObject(properties) ? Object.keys(properties).join(', ') : 'none';
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
