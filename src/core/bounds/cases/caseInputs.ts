import { Problem } from '../../problem';

type Fields = Readonly<Record<string, unknown>>;

/** Reads the inputs of one case of `recurscope theorem`: outside data, so every value is checked when it is asked for. */
export interface CaseInputs {
  has(name: string): boolean;
  /** A number, or one of the strings "inf" and "-inf". */
  number(name: string, fallback?: number): number;
  /** A positive integer, or a non-negative one where `least` is 0. */
  count(name: string, least?: number): number;
  /** A number in [0, 1]. */
  share(name: string): number;
  /** A number strictly between 0 and 1. */
  confidence(name: string): number;
  /** A number of at least 0. */
  size(name: string): number;
  /** An object with numbers of at least 0 as values, as norms are; empty when it is absent. */
  sizes(name: string): ReadonlyMap<string, number>;
  /** A positive finite number. */
  positive(name: string): number;
  flag(name: string): boolean;
  text(name: string): string;
  isText(name: string): boolean;
  list(name: string): readonly number[];
  rows(name: string): readonly (readonly number[])[];
  object(name: string): CaseInputs;
  /** The names of the fields. */
  names(): readonly string[];
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function caseInputs(fields: Fields, path = 'inputs'): CaseInputs {
  const where = (name: string): string => `${path}.${name}`;
  const number = (value: unknown, at: string): number => {
    if (typeof value === 'number' && !Number.isNaN(value)) return value;
    if (value === 'inf') return Infinity;
    if (value === '-inf') return -Infinity;
    throw new Problem(`${at} must be a number, "inf" or "-inf", and is ${JSON.stringify(value) ?? 'missing'}.`);
  };
  const array = (value: unknown, at: string): readonly unknown[] => {
    if (!Array.isArray(value)) throw new Problem(`${at} must be an array.`);
    return value as readonly unknown[];
  };
  const within = (name: string, isFine: (value: number) => boolean, what: string): number => {
    const value = number(fields[name], where(name));
    if (!isFine(value)) throw new Problem(`${where(name)} must ${what}, and is ${value}.`);
    return value;
  };
  const object = (name: string): Fields => {
    const value = fields[name];
    if (!isFields(value)) throw new Problem(`${where(name)} must be an object.`);
    return value;
  };
  const numbers = (name: string): ReadonlyMap<string, number> =>
    new Map(
      Object.entries(fields[name] === undefined ? {} : object(name)).map(([key, value]) => [
        key,
        number(value, `${where(name)}.${key}`),
      ]),
    );
  return {
    has: (name) => fields[name] !== undefined,
    number: (name, fallback) =>
      fields[name] === undefined && fallback !== undefined ? fallback : number(fields[name], where(name)),
    count: (name, least = 1) => {
      const value = number(fields[name], where(name));
      if (!Number.isSafeInteger(value) || value < least) {
        throw new Problem(`${where(name)} must be an integer of at least ${least}, and is ${value}.`);
      }
      return value;
    },
    share: (name) => within(name, (value) => value >= 0 && value <= 1, 'lie between 0 and 1'),
    confidence: (name) => within(name, (value) => value > 0 && value < 1, 'lie strictly between 0 and 1'),
    size: (name) => within(name, (value) => value >= 0, 'be at least 0'),
    sizes: (name) => {
      const found = numbers(name);
      for (const [key, value] of found) {
        if (!(value >= 0)) throw new Problem(`${where(name)}.${key} must be at least 0, and is ${value}.`);
      }
      return found;
    },
    positive: (name) => within(name, (value) => value > 0 && value < Infinity, 'be positive and finite'),
    flag: (name) => {
      const value = fields[name];
      if (value !== undefined && typeof value !== 'boolean') throw new Problem(`${where(name)} must be true or false.`);
      return value === true;
    },
    text: (name) => {
      const value = fields[name];
      if (typeof value !== 'string') throw new Problem(`${where(name)} must be a string.`);
      return value;
    },
    isText: (name) => typeof fields[name] === 'string',
    list: (name) => array(fields[name], where(name)).map((value, k) => number(value, `${where(name)}[${k}]`)),
    rows: (name) =>
      array(fields[name], where(name)).map((row, i) =>
        array(row, `${where(name)}[${i}]`).map((value, k) => number(value, `${where(name)}[${i}][${k}]`)),
      ),
    object: (name) => caseInputs(object(name), where(name)),
    names: () => Object.keys(fields),
  };
}
