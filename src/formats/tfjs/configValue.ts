import { isJsonObject, type JsonObject } from '../jsonObject';

/**
 * The value of a layer option. Keras spells options `return_sequences`; models that TensorFlow.js wrote out with its own
 * spelling say `returnSequences`. Undefined when neither is there.
 */
export function configValue(config: JsonObject, name: string): unknown {
  if (Object.hasOwn(config, name)) return config[name];
  const camelCase = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(config, camelCase) ? config[camelCase] : undefined;
}

/** A yes-or-no option; what is absent or not a boolean has the value that Keras gives it by default. */
export function configFlag(config: JsonObject, name: string, byDefault: boolean): boolean {
  const value = configValue(config, name);
  return typeof value === 'boolean' ? value : byDefault;
}

/** An option that is a text, or null. */
export function configText(config: JsonObject, name: string): string | null {
  const value = configValue(config, name);
  return typeof value === 'string' ? value : null;
}

/** An activation in Keras spelling (`hard_sigmoid`), whichever way it is written; the text `custom` when it has parameters. */
export function configActivation(config: JsonObject, name: string, byDefault: string): string {
  const value = configValue(config, name);
  if (value === undefined) return byDefault;
  if (value === null) return 'linear';
  if (typeof value === 'string') return value.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const className = isJsonObject(value) ? (configText(value, 'class_name') ?? 'custom') : 'custom';
  return className.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

/** A shape of an option, null where a size is free; null when it is no shape. */
export function configShape(config: JsonObject, name: string): (number | null)[] | null {
  const value: unknown = configValue(config, name);
  return isShape(value) ? value : null;
}

function isShape(value: unknown): value is (number | null)[] {
  return Array.isArray(value) && value.every((size) => size === null || isCount(size));
}

/** A whole number that can be a size. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
