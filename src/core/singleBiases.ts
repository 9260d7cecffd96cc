import type { Checkpoint, Parameter } from './checkpoint';

/** The same network with every bias stored once: of two that are added, the first holds their sum and the other zero. */
export function singleBiases(checkpoint: Checkpoint): Checkpoint {
  const layers = checkpoint.layers.map((layer) => ({ ...layer, biases: single(layer.biases) }));
  return { ...checkpoint, layers };
}

const single = (biases: readonly Parameter[]): Parameter[] =>
  biases.map((bias, place) => {
    const same = biases.filter(({ name }) => name === bias.name);
    if (same.length === 1) return bias;
    const isFirst = biases.findIndex(({ name }) => name === bias.name) === place;
    const values = Float64Array.from(bias.values, (_, k) =>
      isFirst ? same.reduce((sum, { values }) => sum + values[k]!, 0) : 0,
    );
    return { ...bias, values };
  });
