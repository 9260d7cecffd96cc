import type { Activation } from '../../core/cells/activation';
import type { ReadoutDense } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import { configActivation, configFlag, configValue, isCount } from './configValue';
import { isTransparent } from './dataFlow';
import { kerasActivations } from './recurrentCell';
import { denseOf, type Shape } from './shapes';
import type { TopologyLayer } from './topology';
import type { WeightsByLayer } from './weightsByLayer';

/** A normalization as u ↦ scale ∘ u + shift. */
interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/**
 * The dense layers of a chain with what is between them: activations, and batch normalizations, which become part of the dense
 * layer before or behind them. Or why there is more than that, in a sentence. `final` is the layer of a final activation.
 */
export function readDense(
  chain: readonly TopologyLayer[],
  final: TopologyLayer | null,
  weights: WeightsByLayer,
  shapes: ReadonlyMap<string, Shape>,
  fileName: string,
): readonly ReadoutDense[] | string {
  const found: ReadoutDense[] = [];
  let pending: Affine[] = [];
  let bent: string | null = null;
  for (const layer of chain) {
    if (isTransparent(layer)) continue;
    // A mean of what was bent at every step is not what was bent of the mean.
    if (layer.className === 'GlobalAveragePooling1D' && found.some(({ activation }) => activation !== 'linear'))
      return `${layer.name} takes the mean of what a dense layer with an activation gives.`;
    const name = layer === final ? 'linear' : activationOf(layer);
    if (denseOf(layer) !== null) {
      const dense = pending.reduceRight(normalizedBefore, denseWeights(layer, weights, fileName));
      pending = [];
      found.push(dense);
    } else if (layer.className === 'BatchNormalization') {
      const affine = normalization(layer, weights, shapes);
      if (affine === null) return `${layer.name} (BatchNormalization) does not normalize the last axis.`;
      const last = found.at(-1);
      if (last && last.activation === 'linear' && pending.length === 0)
        found.push(normalizedAfter(found.pop()!, affine));
      else pending.push(affine);
    }
    if (name === 'linear') continue;
    bent = `${layer.name} applies ${name} on the way to the scores.`;
    const last = found.pop();
    const activation = activationNamed(layer, name);
    if (!last || activation === null || last.activation !== 'linear' || pending.length > 0) return bent;
    found.push({ ...last, activation });
  }
  if (pending.length > 0) return 'The hidden states or scores are normalized last.';
  return found.at(-1)?.activation === 'linear' ? found : (bent ?? 'There is no dense layer.');
}

/** The activation of a layer in Keras spelling. */
export function activationOf(layer: TopologyLayer): string {
  const { className, config } = layer;
  if (className === 'Activation') return configActivation(config, 'activation', 'linear');
  if (className === 'Softmax') return 'softmax';
  if (className === 'LeakyReLU') return 'leaky_relu';
  if (className === 'ReLU') return isPlainRelu(layer) ? 'relu' : 'a relu with options';
  const dense = denseOf(layer);
  return dense ? configActivation(dense.config, 'activation', 'linear') : 'linear';
}

const isPlainRelu = ({ config }: TopologyLayer): boolean =>
  (configValue(config, 'max_value') ?? null) === null &&
  (configValue(config, 'negative_slope') ?? 0) === 0 &&
  (configValue(config, 'threshold') ?? 0) === 0;

function activationNamed({ className, config }: TopologyLayer, name: string): Activation | null {
  if (className !== 'LeakyReLU') return kerasActivations[name] ?? null;
  const alpha = configValue(config, 'alpha') ?? 0.3;
  return typeof alpha === 'number' && Number.isFinite(alpha) ? { kind: 'leakyRelu', alpha } : null;
}

export function denseUnits(layer: TopologyLayer | undefined): number | null {
  const dense = layer ? denseOf(layer) : null;
  const units = dense ? configValue(dense.config, 'units') : null;
  return isCount(units) ? units : null;
}

function denseWeights(layer: TopologyLayer, weights: WeightsByLayer, fileName: string): ReadoutDense {
  const units = denseUnits(layer);
  const dense = denseOf(layer);
  if (units === null || !dense)
    throw new Problem(`The layer ${layer.name} in ${fileName} does not say how many units it has.`);
  const kernel = weights.find(layer.name, 'whole', 'kernel', [null, units]);
  const columns = kernel.shape[0] ?? 0;
  const values = new Float32Array(units * columns);
  for (let row = 0; row < units; row++)
    for (let k = 0; k < columns; k++) values[row * columns + k] = kernel.values[k * units + row]!;
  const matrix = { rows: units, columns, values, tensor: kernel.name };
  if (!configFlag(dense.config, 'use_bias', true)) return { weights: matrix, bias: null, activation: 'linear' };
  const bias = weights.find(layer.name, 'whole', 'bias', [units]);
  return {
    weights: matrix,
    bias: { rows: units, columns: 1, values: Float32Array.from(bias.values), tensor: bias.name },
    activation: 'linear',
  };
}

/** γ (u − μ) / √(σ² + ε) + β along the last axis; null along another. */
function normalization(
  { name, config }: TopologyLayer,
  weights: WeightsByLayer,
  shapes: ReadonlyMap<string, Shape>,
): Affine | null {
  const listed: unknown = configValue(config, 'axis') ?? -1;
  const axis: unknown = Array.isArray(listed) && listed.length === 1 ? listed[0] : listed;
  const shape = shapes.get(name);
  const width = shape?.at(-1) ?? null;
  if (!shape || width === null || (axis !== -1 && axis !== shape.length - 1)) return null;
  const find = (kind: string): ArrayLike<number> => weights.find(name, 'whole', kind, [width]).values;
  const gamma = configFlag(config, 'scale', true) ? find('gamma') : null;
  const beta = configFlag(config, 'center', true) ? find('beta') : null;
  const [mean, variance] = [find('moving_mean'), find('moving_variance')];
  const epsilon = configValue(config, 'epsilon') ?? 1e-3;
  if (typeof epsilon !== 'number') return null;
  const scale = Float64Array.from({ length: width }, (_, k) => (gamma?.[k] ?? 1) / Math.sqrt(variance[k]! + epsilon));
  const shift = scale.map((factor, k) => (beta?.[k] ?? 0) - factor * mean[k]!);
  return [...scale, ...shift].every(Number.isFinite) ? { scale, shift } : null;
}

/** V (s ∘ u + t) + c is V diag(s) u + (c + V t). */
function normalizedBefore({ weights, bias, activation }: ReadoutDense, { scale, shift }: Affine): ReadoutDense {
  const { rows, columns, values } = weights;
  const c = Float64Array.from({ length: rows }, (_, row) => {
    let total = bias?.values[row] ?? 0;
    for (let k = 0; k < columns; k++) total += values[row * columns + k]! * shift[k]!;
    return total;
  });
  const scaled = Float64Array.from(values, (value, k) => value * scale[k % columns]!);
  return {
    weights: { ...weights, values: scaled },
    bias: { rows, columns: 1, values: c, tensor: bias?.tensor ?? weights.tensor },
    activation,
  };
}

/** s ∘ (V u + c) + t is diag(s) V u + (s ∘ c + t). */
function normalizedAfter({ weights, bias, activation }: ReadoutDense, { scale, shift }: Affine): ReadoutDense {
  const { rows, columns, values } = weights;
  return {
    weights: { ...weights, values: Float64Array.from(values, (value, k) => value * scale[Math.floor(k / columns)]!) },
    bias: {
      ...{ rows, columns: 1, tensor: bias?.tensor ?? weights.tensor },
      values: shift.map((term, k) => scale[k]! * (bias?.values[k] ?? 0) + term),
    },
    activation,
  };
}
