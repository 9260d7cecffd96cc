import { withSingularValues } from '../linalg/singularValues';

interface Shape {
  readonly rows: number;
  readonly columns: number;
}

/** Replaces a matrix, stored row by row, by the nearest one that keeps to a limit, in place. */
export type Projection = (values: Float32Array, shape: Shape) => void;

/**
 * What of a limit remains when the numbers are rounded to float32 afterwards: rounding moves A by at most 2⁻²⁴ ‖A‖_F, which is
 * at most 2⁻²⁴ √min(rows, columns) ‖A‖₂.
 */
const lessRounding = (limit: number, { rows, columns }: Shape): number =>
  limit * (1 - 2 ** -23 * Math.sqrt(Math.min(rows, columns)));

/** The nearest matrix with ‖A‖₂ ≤ limit in any unitarily invariant norm: singular values above it are set to it. */
export const clipSpectralNorm =
  (limit: number): Projection =>
  (values, shape) => {
    const highest = lessRounding(limit, shape);
    let isChanged = false;
    const clipped = withSingularValues({ ...shape, values }, (value) => {
      isChanged ||= value > highest;
      return Math.min(value, highest);
    });
    // Weights within the limit stay as they are, to the last bit.
    if (isChanged) values.set(clipped);
  };

/** The multiple of the matrix that has ‖A‖₂ ≤ limit. */
export const scaleSpectralNorm =
  (limit: number): Projection =>
  (values, shape) => {
    let norm = 0;
    withSingularValues({ ...shape, values }, (value) => (norm = Math.max(norm, value)));
    scale(values, lessRounding(limit, shape) / norm);
  };

/** The nearest matrix with orthonormal columns, or rows where it is wider than tall: U Vᵀ, the polar factor. */
export const nearestOrthogonal: Projection = (values, shape) =>
  values.set(withSingularValues({ ...shape, values }, () => 1));

/** The nearest matrix with ‖A‖_F ≤ limit. */
export const capFrobeniusNorm =
  (limit: number): Projection =>
  (values, shape) => {
    let squares = 0;
    for (const value of values) squares += value * value;
    scale(values, lessRounding(limit, shape) / Math.sqrt(squares));
  };

/**
 * The nearest matrix with ‖A‖_{2,1} = Σ ‖column‖₂ ≤ limit: each column shortened by the same length, or to zero, as the norms
 * are projected onto the ℓ₁ ball (Duchi et al. 2008).
 */
export const cap21Norm =
  (limit: number): Projection =>
  (values, shape) => {
    const { rows, columns } = shape;
    const norms = new Float64Array(columns);
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) norms[j]! += values[i * columns + j]! ** 2;
    let total = 0;
    for (let j = 0; j < columns; j++) total += norms[j] = Math.sqrt(norms[j]!);
    const highest = lessRounding(limit, shape);
    if (total <= highest) return;
    const shortened = shortening(norms, highest);
    for (let j = 0; j < columns; j++) {
      const factor = norms[j]! > shortened ? 1 - shortened / norms[j]! : 0;
      for (let i = 0; i < rows; i++) values[i * columns + j] = values[i * columns + j]! * factor;
    }
  };

/** The θ with Σ max(0, n_j − θ) = limit. */
function shortening(norms: Float64Array, limit: number): number {
  const sorted = Float64Array.from(norms).sort().reverse();
  let sum = 0;
  let theta = 0;
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k]!;
    const candidate = (sum - limit) / (k + 1);
    if (candidate >= sorted[k]!) break;
    theta = candidate;
  }
  return theta;
}

/** Multiplies by a factor below 1. */
function scale(values: Float32Array, factor: number): void {
  if (!(factor < 1)) return;
  for (let k = 0; k < values.length; k++) values[k] = values[k]! * factor;
}
