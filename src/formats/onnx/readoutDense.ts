import type { ReadoutDense } from '../../core/checkpoint';
import { transposed } from './arrayOperations';
import type { Constant, Constants } from './constants';
import type { Dense, Normalization } from './flow';
import { requireFinite } from './recurrentOperator';
import type { Scope } from './scope';

/** What the numbers of a readout are read with. */
interface Place {
  readonly constants: Constants;
  readonly scope: Scope;
  readonly file: string;
}

/** A normalization as u ↦ scale ∘ u + shift. */
interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/**
 * A dense layer with its numbers, and with the normalizations beside it as part of them: V (s ∘ u + t) + c is V diag(s) u +
 * (c + V t). null where a matrix is not in the file or sizes do not fit.
 */
export function readDense(dense: Dense, place: Place): ReadoutDense | null {
  const stored = place.constants(dense.weights, place.scope);
  const matrix = stored && (dense.inputsFirst ? transposed(stored, [1, 0]) : stored);
  const bias = dense.bias === null ? null : place.constants(dense.bias, place.scope);
  if (stored === null || matrix === null || matrix.dims.length !== 2 || (dense.bias !== null && bias === null))
    return null;
  requireFinite(stored, place.file);
  if (bias !== null) requireFinite(bias, place.file);
  const [rows = 0, columns = 0] = matrix.dims;
  let weights = dense.factor === 1 ? matrix.values : matrix.values.map((value) => dense.factor * value);
  let c = bias && biasValues(bias, rows, dense.biasFactor);
  for (const normalization of [...dense.before].reverse()) {
    const affine = affineOf(normalization, columns, place);
    if (affine === null) return null;
    const added = weights;
    c = Float64Array.from({ length: rows }, (_, i) => (c?.[i] ?? 0) + dot(added, i * columns, affine.shift));
    weights = Float64Array.from(weights, (value, k) => value * affine.scale[k % columns]!);
  }
  for (const normalization of dense.after) {
    const affine = affineOf(normalization, rows, place);
    if (affine === null) return null;
    const before = c;
    c = affine.shift.map((shift, i) => affine.scale[i]! * (before?.[i] ?? 0) + shift);
    weights = Float64Array.from(weights, (value, k) => value * affine.scale[Math.floor(k / columns)]!);
  }
  const [normalization] = [...dense.before, ...dense.after];
  const tensor = bias?.tensor ?? normalization?.shift ?? '';
  return {
    weights: { rows, columns, values: weights, tensor: stored.tensor },
    bias: c && { rows, columns: 1, values: c, tensor },
    activation: dense.activation,
  };
}

/** γ (u − μ) / √(σ² + ε) + β; null where it is not of this size. */
function affineOf({ scale, shift, mean, variance, epsilon }: Normalization, size: number, place: Place): Affine | null {
  const [gamma, beta, mu, squares] = [scale, shift, mean, variance].map((name) => {
    const constant = place.constants(name, place.scope);
    if (constant) requireFinite(constant, place.file);
    return constant?.values.length === size ? constant.values : null;
  });
  if (!gamma || !beta || !mu || !squares || squares.some((value) => !(value + epsilon > 0))) return null;
  const factor = Float64Array.from(gamma, (value, k) => value / Math.sqrt(squares[k]! + epsilon));
  return { scale: factor, shift: Float64Array.from(beta, (value, k) => value - factor[k]! * mu[k]!) };
}

function dot(values: Float32Array | Float64Array, start: number, u: Float64Array): number {
  let total = 0;
  for (let k = 0; k < u.length; k++) total += values[start + k]! * u[k]!;
  return total;
}

/** A bias of one number is added to every score. */
function biasValues(bias: Constant, rows: number, factor: number): Float32Array | Float64Array {
  const values = bias.kind === 'float64' ? new Float64Array(rows) : new Float32Array(rows);
  for (let i = 0; i < rows; i++) values[i] = factor * bias.values[bias.values.length === 1 ? 0 : i]!;
  return values;
}
