import type { Tensor } from '../../core/sequences';

/**
 * Fills `target` with what `convert` makes of each of as many values. The method `from` of typed arrays does the same by way
 * of a list of all values, which ends the process where there are hundreds of millions.
 */
export function convertNumbers<N, T extends { [index: number]: N }>(
  values: Tensor['values'],
  target: T,
  convert: (value: number | bigint, index: number) => N,
): T {
  for (let k = 0; k < values.length; k++) target[k] = convert(values[k]!, k);
  return target;
}
