import { Problem } from '../../core/problem';
import type { StoredWeight } from './storedWeights';

/** Which half of a Bidirectional wrapper a weight belongs to; `whole` everywhere else. */
export type LayerPart = 'whole' | 'forward' | 'backward';

/** The weights of a layers-model, found by what they are rather than by how a writer happened to name them. */
export interface WeightsByLayer {
  /** The weight `kind` (`kernel`, `recurrent_kernel`, `bias`, `embeddings`) of a layer, in the given shape. @throws Problem */
  find(layer: string, part: LayerPart, kind: string, shape: readonly (number | null)[]): StoredWeight;
  /** How TensorFlow.js calls a weight that `find` has answered; its own name for one that was never asked for. */
  nameForTfjs(weight: StoredWeight): string;
}

/**
 * Weight names differ between writers: `lstm_1/kernel`, `lstm_1/lstm_1/kernel`, `lstm_1/lstm_cell/kernel`,
 * `bidirectional_1/forward_lstm_1/lstm_cell_2/kernel`, each with or without a prefix. What they share is a path that
 * holds the layer's name and ends in the kind of weight; of several such paths the shortest is meant.
 */
export function weightsByLayer(weights: readonly StoredWeight[], fileName: string): WeightsByLayer {
  const asked = new Map<StoredWeight, string>();
  return {
    find(layer, part, kind, shape) {
      const candidates = weights
        .filter(({ name }) => belongs(name, layer, part, kind))
        .sort((a, b) => a.name.length - b.name.length);
      const [weight, rival] = candidates;
      const label = part === 'whole' ? layer : `the ${part} part of ${layer}`;
      if (!weight)
        throw new Problem(
          `${fileName} lists no weight "${kind}" for ${label}; the model was saved without it or under another name.`,
        );
      if (rival && rival.name.length === weight.name.length && rival !== weight) {
        throw new Problem(
          `${fileName} lists two weights that could be "${kind}" of ${label}: ${weight.name} and ${rival.name}.`,
        );
      }
      if (
        weight.shape.length !== shape.length ||
        shape.some((size, axis) => size !== null && size !== weight.shape[axis])
      ) {
        const expected = shape.map((size) => size ?? 'any').join(', ');
        throw new Problem(
          `The weight ${weight.name} in ${fileName} has the shape [${weight.shape.join(', ')}], but ${label} needs [${expected}].`,
        );
      }
      asked.set(weight, canonicalName(weight.name, layer, part, kind));
      return weight;
    },
    nameForTfjs: (weight) => asked.get(weight) ?? weight.name,
  };
}

function belongs(name: string, layer: string, part: LayerPart, kind: string): boolean {
  const path = pathInside(name, layer);
  if (path === null || path.at(-1) !== kind) return false;
  return part === 'whole' || path.slice(0, -1).some((segment) => segment.startsWith(part));
}

/** What follows the layer's name in a weight's path; null when the name is not in it. */
function pathInside(name: string, layer: string): string[] | null {
  const at = `/${name}`.indexOf(`/${layer}/`);
  return at < 0 ? null : name.slice(at + layer.length + 1).split('/');
}

function canonicalName(name: string, layer: string, part: LayerPart, kind: string): string {
  const half = part === 'whole' ? undefined : pathInside(name, layer)?.find((segment) => segment.startsWith(part));
  return half === undefined ? `${layer}/${kind}` : `${layer}/${half}/${kind}`;
}
