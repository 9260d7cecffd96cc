import { Problem } from '../../core/problem';
import { configActivation } from '../../formats/tfjs/configValue';
import { isTransparent } from '../../formats/tfjs/dataFlow';
import { denseOf } from '../../formats/tfjs/shapes';
import type { TopologyLayer } from '../../formats/tfjs/topology';
import { kerasActivation } from './kerasActivation';

/** Float64 numbers in C order, batch axis first. */
export interface Values {
  readonly dims: readonly number[];
  readonly values: Float64Array;
}

/**
 * What a layer without a state answers: Embedding, Dense (also in TimeDistributed), Activation, Softmax, and layers that
 * act in training only. Null for any other layer.
 *
 * @param activated false leaves the layer's own activation out, as for scores before a final softmax.
 */
export function statelessLayer(
  layer: TopologyLayer,
  input: Values,
  weights: ReadonlyMap<string, Values>,
  activated: boolean,
): Values | null {
  if (isTransparent(layer)) return input;
  if (layer.className === 'Embedding') return embedding(layer.name, input, weights.get(`${layer.name}/embeddings`));
  if (layer.className === 'Activation' || layer.className === 'Softmax') {
    const name = layer.className === 'Softmax' ? 'softmax' : configActivation(layer.config, 'activation', 'linear');
    return activate(input, activated ? name : 'linear');
  }
  const dense = denseOf(layer);
  const kernel = weights.get(`${layer.name}/kernel`);
  if (!dense || !kernel) return null;
  const result = affine(input, kernel, weights.get(`${layer.name}/bias`)?.values ?? null);
  return result && activate(result, activated ? configActivation(dense.config, 'activation', 'linear') : 'linear');
}

function activate({ dims, values }: Values, name: string): Values | null {
  const activation = kerasActivation(name);
  if (!activation) return null;
  const result = values.slice();
  activation(result, dims.at(-1) ?? 1);
  return { dims, values: result };
}

/** x A + b along the last axis, for a Keras kernel of inputs × outputs. */
function affine(
  { dims, values }: Values,
  { dims: shape, values: kernel }: Values,
  bias: Float64Array | null,
): Values | null {
  const [inputs, outputs] = shape;
  if (inputs === undefined || outputs === undefined || dims.at(-1) !== inputs) return null;
  const rows = values.length / inputs;
  const result = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const target = result.subarray(row * outputs, (row + 1) * outputs);
    if (bias) target.set(bias);
    for (let k = 0; k < inputs; k++) {
      const x = values[row * inputs + k]!;
      for (let column = 0; column < outputs; column++) target[column]! += x * kernel[k * outputs + column]!;
    }
  }
  return { dims: [...dims.slice(0, -1), outputs], values: result };
}

function embedding(name: string, { dims, values }: Values, table: Values | undefined): Values | null {
  const [rows, width] = table?.dims ?? [];
  if (!table || rows === undefined || width === undefined) return null;
  const result = new Float64Array(values.length * width);
  for (let k = 0; k < values.length; k++) {
    const id = Math.trunc(values[k]!);
    if (!(id >= 0 && id < rows))
      throw new Problem(`The sequences hold the id ${values[k]}, but ${name} knows the ids 0 to ${rows - 1}.`);
    result.set(table.values.subarray(id * width, (id + 1) * width), k * width);
  }
  return { dims: [...dims, width], values: result };
}
