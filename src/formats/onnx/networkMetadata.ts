import Ajv, { type ErrorObject } from 'ajv';
import type { CellOptions } from '../../core/cells/cellOptions';
import { networkOf, type NetworkDescription } from '../../core/cells/networkDescription';
import type { Network } from '../../core/cells/network';
import { Problem } from '../../core/problem';
import { isJsonObject } from '../jsonObject';
import schema from '../../../schemas/network.schema.json';

/** The key of the model's metadata under which the description of the network stands, as JSON. */
export const networkKey = 'recurscope.network';

/** A description of a few hundred layers is a tenth of this. */
const mostCharacters = 2 ** 20;

/** The schema is generated from the types, so what it accepts is of these types. JSON's 1e400 is infinite, and no number. */
const ajv = new Ajv({ allowUnionTypes: true, strict: false, strictNumbers: true }).addSchema(schema, 'network');
const isDescription = ajv.compile<NetworkDescription>({ $ref: 'network' });
const areOptions = ajv.compile<CellOptions>({ $ref: 'network#/definitions/CellOptions' });

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

function checkedNetwork(value: unknown): Network {
  if (isDescription(value)) return networkOf(value);
  const { key, reason } = explained(isDescription.errors);
  throw new Problem(`${key === '' ? 'It' : `Its "${key}"`} ${reason}.`);
}

/** Options of a cell that come from a person. Throws a Problem in one sentence: which option, what is wrong with it. */
export function checkedOptions(value: unknown): CellOptions {
  if (areOptions(value)) return value;
  const { key, reason } = explained(areOptions.errors);
  throw new Problem(key === '' ? `The options ${reason}.` : `The option ${key} ${reason}.`);
}

/** Which key does not fit, and why, as the end of a sentence. */
function explained(errors: readonly ErrorObject[] | null | undefined): {
  readonly key: string;
  readonly reason: string;
} {
  const error = errors?.find(({ keyword }) => keyword === 'anyOf') ?? errors?.[0];
  const path = error?.instancePath.slice(1).split('/') ?? [''];
  const key = path.join('.');
  if (error?.keyword === 'additionalProperties') {
    const unknown = String(error.params['additionalProperty']);
    return { key: [...path.filter((part) => part !== ''), unknown].join('.'), reason: 'is not known' };
  }
  if (path.at(-1)?.endsWith('Activation')) return { key, reason: `must be ${activationsText}` };
  if (error?.keyword === 'type' && String(error.params['type']).startsWith('number')) {
    return { key, reason: 'must be a finite number' };
  }
  return { key, reason: error?.message ?? 'does not fit its schema' };
}

const activationsText =
  'sigmoid, tanh, relu, softplus, softsign, linear, or an object such as {"kind":"hardSigmoid","slope":0.2,"offset":0.5}';
