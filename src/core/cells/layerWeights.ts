import type { RecurrentLayer } from '../checkpoint';

/**
 * The weights of a layer by their names in its equations, row by row in float64. Parameters of one name are added up here:
 * the two biases of a gate, which a file stores apart, are one bias.
 */
export function layerWeights({ matrices, biases }: RecurrentLayer): ReadonlyMap<string, Float64Array> {
  const weights = new Map<string, Float64Array>();
  for (const { name, values } of [...matrices, ...biases]) {
    const sum = weights.get(name);
    if (!sum) weights.set(name, Float64Array.from(values));
    else for (let k = 0; k < sum.length; k++) sum[k]! += values[k]!;
  }
  return weights;
}
