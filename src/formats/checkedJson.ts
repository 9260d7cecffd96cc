import Ajv, { type ErrorObject } from 'ajv';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Problem } from '../core/problem';
import { isJsonObject, type JsonObject } from './jsonObject';

/** Files that people write by hand hold a few dozen values. */
const mostBytes = 2 ** 24;

/**
 * A check of values against a schema that was generated from the type, so that what it accepts is of the type. It throws a
 * Problem in one sentence: which key, what is wrong with it, what is allowed.
 */
export function checkedBy<T>(schema: JsonObject, what: string): (value: unknown, file: string) => T {
  const isValid = new Ajv({ allErrors: false, allowUnionTypes: true, strict: false }).compile<T>(schema);
  return (value, file) => {
    if (isValid(value)) return value;
    const [error] = isValid.errors ?? [];
    throw new Problem(
      `In the ${what} ${file}, ${error ? explained(schema, error) : 'something does not fit its schema'}.`,
    );
  };
}

/**
 * Reads a JSON file of a few values.
 *
 * @param what it is, for messages: "sidecar".
 * @param ifMissing what it holds when there is no such file; by default that is an error.
 * @throws Problem where it cannot be read, or is no JSON.
 */
export async function readJson(path: string, what: string, ifMissing?: JsonObject): Promise<unknown> {
  let text: string;
  try {
    // Reading a pipe or a device could wait or go on forever.
    const information = await stat(path);
    if (!information.isFile() || information.size > mostBytes)
      throw new Problem(
        `The ${what} ${basename(path)} is ${information.isFile() ? 'larger than 16 MB' : 'not a regular file'}; put a JSON file in its place.`,
      );
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (isJsonObject(error) && error['code'] === 'ENOENT') {
      if (ifMissing) return ifMissing;
      throw new Problem(`The ${what} ${path} does not exist; check the path.`, { cause: error });
    }
    throw new Problem(`The ${what} ${basename(path)} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Problem(`The ${what} ${basename(path)} is not valid JSON: ${reasonOf(error)}.`, { cause: error });
  }
}

/** One sentence without its full stop. */
function explained(schema: JsonObject, { keyword, instancePath, params, message }: ErrorObject): string {
  const key = instancePath.slice(1).replaceAll('/', '.');
  const place = key === '' ? 'the file' : `"${key}"`;
  const allowed: unknown = params['allowedValues'];
  switch (keyword) {
    case 'additionalProperties': {
      const unknown = String(params['additionalProperty']);
      return `the key "${key === '' ? unknown : `${key}.${unknown}`}" is not known; known are ${knownKeys(schema, instancePath)}`;
    }
    case 'enum':
      return `${place} must be one of ${Array.isArray(allowed) ? allowed.map((value) => `"${String(value)}"`).join(', ') : 'its values'}`;
    case 'required':
      return `${place} needs the key "${String(params['missingProperty'])}"`;
    default:
      return `${place} ${message ?? 'does not fit its schema'}`;
  }
}

function knownKeys(schema: JsonObject, instancePath: string): string {
  let level: JsonObject = schema;
  for (const key of instancePath.split('/').slice(1)) {
    const properties = level['properties'];
    const next = isJsonObject(properties) ? properties[key] : null;
    if (isJsonObject(next)) level = next;
  }
  const properties = level['properties'];
  return isJsonObject(properties) ? Object.keys(properties).join(', ') : 'none';
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
