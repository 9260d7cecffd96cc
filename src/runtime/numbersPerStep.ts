import type { RecurrentLayer } from '../core/checkpoint';
import { layerSizes, outputWidth } from '../core/layerSizes';

/** About how many numbers a run of the model holds for each step of a sequence, at its widest layer. */
export function numbersPerStep(layers: readonly RecurrentLayer[]): number {
  return layers.reduce((most, layer) => {
    const { input, hidden } = layerSizes(layer);
    return Math.max(most, input + 6 * Math.max(hidden, outputWidth(layer)));
  }, 1);
}
