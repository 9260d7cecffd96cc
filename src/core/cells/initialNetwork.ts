import { seededRandom } from '../linalg/seededRandom';
import { initialMatrix, initialWeights } from './initialWeights';
import { outputWidth, placedName, type Network } from './network';
import { readoutLayers } from './readout';

/**
 * The weights of an untrained network by their names in it, the readout's V (as any matrix that is not recurrent) and c (zero)
 * last. The same for the same seed, a whole number from 0 to 2⁵³ − 1.
 */
export function initialNetwork({ layers, readout }: Network, seed: number): ReadonlyMap<string, Float64Array> {
  const random = seededRandom(seed);
  const weights = new Map<string, Float64Array>();
  for (const { name, cell, inputSize, hiddenSize } of layers) {
    for (const [parameter, values] of initialWeights(cell, cell.sizes(inputSize, hiddenSize), random)) {
      weights.set(placedName(name, parameter), values);
    }
  }
  if (readout) {
    let width = readout.layers.reduce((total, k) => total + outputWidth(layers[k]!), 0);
    for (const { map, bias, outputs } of readoutLayers(readout)) {
      weights.set(map.name, initialMatrix({ fanIn: width, fanOut: outputs }, width * outputs, random));
      if (bias !== null) weights.set(bias, new Float64Array(outputs));
      width = outputs;
    }
  }
  return weights;
}
