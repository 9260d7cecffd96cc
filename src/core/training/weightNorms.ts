import { parametersOf } from '../cells/parametersOf';
import { networkSizes, placedLayers, type Network } from '../cells/network';
import { storedMatrix } from '../cells/storedMatrix';
import { seededRandom } from '../linalg/seededRandom';
import type { ConstrainedWeight } from './keptTo';

/** The norms that the majorant calculus asks for: ‖A‖₂, the largest absolute row sum, and the largest Euclidean norm of a row. */
export interface WeightNorms {
  readonly two: number;
  readonly inf: number;
  readonly maxRow: number;
}

/** A weight as the matrix that is applied, a vector being one column. */
export interface AppliedWeight {
  readonly rows: number;
  readonly columns: number;
  /** Where each entry is stored, −1 for a zero; null: row by row. */
  readonly places: Int32Array | null;
}

/** Weights of a network as they are applied, in the order of the list. */
export function appliedWeights(network: Network, weights: readonly ConstrainedWeight[]): readonly AppliedWeight[] {
  const sizes = networkSizes(network);
  const maps = new Map(placedLayers(network).flatMap(({ cell }) => parametersOf(cell).map((p) => [p.name, p.matrix])));
  return weights.map(({ name, dims }) => {
    const map = maps.get(name);
    const stored = map && storedMatrix(map, sizes);
    const places = stored?.places() ?? null;
    if (stored && places) return { rows: stored.height, columns: stored.width, places };
    return { rows: dims[0]!, columns: dims[1] ?? 1, places };
  });
}

/** A direction to begin with that is orthogonal to nothing in particular, the same for every weight of this width. */
export const firstDirection = ({ columns }: AppliedWeight): Float64Array =>
  Float64Array.from({ length: columns }, seededRandom(columns).normal);

/** The norms of a weight, ‖A‖₂ as it appears after at most so many rounds of power iteration from a direction, and where that led. */
export function weightNorms(
  weight: AppliedWeight,
  values: Float32Array,
  from: ArrayLike<number>,
  rounds: number,
): WeightNorms & { readonly direction: Float64Array } {
  const matrix = appliedValues(weight, values);
  const { norm, right } = singularPair(weight, matrix, from, rounds);
  const { inf, maxRow } = largestRows(weight, matrix);
  return { two: norm, inf: inf.norm, maxRow: maxRow.norm, direction: right };
}

/**
 * Adds how a sum of the norms, each times its slope, moves with the numbers of the weight, in place: ‖A‖₂ by u vᵀ of its
 * largest singular value, the others by the signs of the largest row, and by the row over its norm.
 */
export function addNormGradients(
  weight: AppliedWeight,
  values: Float32Array,
  gradient: Float32Array,
  slopes: WeightNorms,
  from: ArrayLike<number>,
  rounds: number,
): void {
  const { columns, places } = weight;
  const matrix = appliedValues(weight, values);
  const add = (entry: number, slope: number): void => {
    const place = places ? places[entry]! : entry;
    if (place >= 0) gradient[place] = gradient[place]! + slope;
  };
  if (slopes.two !== 0) {
    const { left, right } = singularPair(weight, matrix, from, rounds);
    for (let i = 0; i < left.length; i++) {
      for (let j = 0; j < columns; j++) add(i * columns + j, slopes.two * left[i]! * right[j]!);
    }
  }
  const { inf, maxRow } = largestRows(weight, matrix);
  for (let j = 0; j < columns; j++) {
    add(inf.row * columns + j, slopes.inf * Math.sign(matrix[inf.row * columns + j]!));
    const entry = maxRow.row * columns + j;
    if (maxRow.norm > 0) add(entry, (slopes.maxRow * matrix[entry]!) / maxRow.norm);
  }
}

function appliedValues({ places }: AppliedWeight, values: Float32Array): Float64Array {
  if (!places) return Float64Array.from(values);
  return Float64Array.from(places, (place) => (place < 0 ? 0 : values[place]!));
}

/** The squared move of a round, below which there is no point in another. */
const settled = 1e-20;

/** u, v and ‖A v‖ after at most so many rounds v ← AᵀA v; u is zero where A v is. */
function singularPair(
  { rows, columns }: AppliedWeight,
  matrix: Float64Array,
  from: ArrayLike<number>,
  rounds: number,
): { readonly norm: number; readonly left: Float64Array; readonly right: Float64Array } {
  const left = new Float64Array(rows);
  const right = Float64Array.from(from);
  normalise(right);
  const image = (): number => {
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += matrix[i * columns + j]! * right[j]!;
      left[i] = sum;
    }
    return normalise(left);
  };
  for (let round = 0; round < rounds; round++) {
    if (image() === 0) break;
    const before = right.slice();
    right.fill(0);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) right[j] = right[j]! + matrix[i * columns + j]! * left[i]!;
    }
    normalise(right);
    let moved = 0;
    for (let j = 0; j < columns; j++) moved += (right[j]! - before[j]!) ** 2;
    if (moved < settled) break;
  }
  return { norm: image(), left, right };
}

/** Scales to length one, but zero, which stays; answers the length it had. */
function normalise(vector: Float64Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const norm = Math.sqrt(squares);
  if (norm > 0) for (let k = 0; k < vector.length; k++) vector[k] = vector[k]! / norm;
  return norm;
}

interface LargestRow {
  readonly row: number;
  readonly norm: number;
}

function largestRows(
  { rows, columns }: AppliedWeight,
  matrix: Float64Array,
): { readonly inf: LargestRow; readonly maxRow: LargestRow } {
  let inf = { row: 0, norm: 0 };
  let maxRow = { row: 0, norm: 0 };
  for (let row = 0; row < rows; row++) {
    let [sum, squares] = [0, 0];
    for (let j = 0; j < columns; j++) {
      const entry = matrix[row * columns + j]!;
      sum += Math.abs(entry);
      squares += entry * entry;
    }
    if (sum > inf.norm) inf = { row, norm: sum };
    if (Math.sqrt(squares) > maxRow.norm) maxRow = { row, norm: Math.sqrt(squares) };
  }
  return { inf, maxRow };
}
