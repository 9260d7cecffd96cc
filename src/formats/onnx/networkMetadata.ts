import Ajv from 'ajv';
import { networkOf, type NetworkDescription } from '../../core/cells/networkDescription';
import type { Network } from '../../core/cells/network';
import { Problem } from '../../core/problem';
import { isJsonObject } from '../jsonObject';
import schema from '../../../schemas/network.schema.json';

/** The key of the model's metadata under which the description of the network stands, as JSON. */
export const networkKey = 'recurscope.network';

/** A description of a few hundred layers is a tenth of this. */
const mostCharacters = 2 ** 20;

/** The schema is generated from the type, so what it accepts is of the type. */
const isDescription = new Ajv({ allowUnionTypes: true, strict: false }).compile<NetworkDescription>(schema);

/** Reads a description that may come from anywhere. Throws a Problem that says what is wrong with it, in one sentence. */
export function parseNetwork(text: string): Network {
  if (text.length > mostCharacters) throw new Problem('It is longer than any that Recurscope writes.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('It is not JSON.');
  }
  if (isJsonObject(value) && value['version'] !== 1) {
    throw new Problem(`It is of version ${JSON.stringify(value['version'])}, and this Recurscope reads version 1.`);
  }
  return checkedNetwork(value);
}

/** Throws a Problem in one sentence: which key, what is wrong with it. */
export function checkedNetwork(value: unknown): Network {
  if (isDescription(value)) return networkOf(value);
  const [error] = isDescription.errors ?? [];
  const key = error?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  throw new Problem(`${key === '' ? 'It' : `Its "${key}"`} ${error?.message ?? 'does not fit its schema'}.`);
}
