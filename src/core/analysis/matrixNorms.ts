import type { Matrix } from '../linalg/matrix';
import { requireFinite } from '../linalg/nonFiniteEntry';
import { exponentOf, largestMagnitude, powerOfTwoFactors, timesPowerOfTwo } from '../linalg/powerOfTwo';

/** The norms of A, in the orientation y = A x with A of shape outputs × inputs. */
export interface MatrixNorms {
  /** ‖A‖_F: the square root of the sum of squares. */
  readonly frobenius: number;
  /** ‖A‖_{2,1}: the sum of the Euclidean norms of the columns. */
  readonly norm21: number;
  /** ‖A‖_∞: the largest absolute row sum. */
  readonly infinity: number;
  /** ‖A‖₁: the largest absolute column sum. */
  readonly one: number;
  /** ‖A‖_{1,1}: the sum of all absolute values. */
  readonly norm11: number;
  /** The largest Euclidean norm of a row. */
  readonly maxRow: number;
  /** The largest absolute value. */
  readonly maxAbs: number;
}

/**
 * All norms that need one pass over the weights, in float64, each with a relative error below (rows · columns + 8)·2⁻⁵³.
 * The entries are scaled by a power of two first, so neither 1e±30 nor 1e±300 overflows or underflows on the way; a norm
 * beyond the largest double is Infinity.
 *
 * @throws Problem where the matrix holds a NaN or an infinity.
 */
export function matrixNorms(matrix: Matrix): MatrixNorms {
  const { rows, columns, values } = matrix;
  const maxAbs = largestMagnitude(values);
  if (!Number.isFinite(maxAbs)) requireFinite(matrix);
  if (maxAbs === 0) return { frobenius: 0, norm21: 0, infinity: 0, one: 0, norm11: 0, maxRow: 0, maxAbs: 0 };
  const exponent = exponentOf(maxAbs);
  const [first, second] = powerOfTwoFactors(-exponent);
  const columnSums = new Float64Array(columns);
  const columnSquares = new Float64Array(columns);
  let infinity = 0;
  let norm11 = 0;
  let maxRowSquares = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    let rowSum = 0;
    let rowSquares = 0;
    for (let j = 0; j < columns; j++) {
      const size = Math.abs(values[i * columns + j]! * first * second);
      rowSum += size;
      rowSquares += size * size;
      columnSums[j]! += size;
      columnSquares[j]! += size * size;
    }
    infinity = Math.max(infinity, rowSum);
    maxRowSquares = Math.max(maxRowSquares, rowSquares);
    norm11 += rowSum;
    squares += rowSquares;
  }
  let one = 0;
  let norm21 = 0;
  for (let j = 0; j < columns; j++) {
    one = Math.max(one, columnSums[j]!);
    norm21 += Math.sqrt(columnSquares[j]!);
  }
  const original = (norm: number): number => timesPowerOfTwo(norm, exponent);
  return {
    frobenius: original(Math.sqrt(squares)),
    norm21: original(norm21),
    infinity: original(infinity),
    one: original(one),
    norm11: original(norm11),
    maxRow: original(Math.sqrt(maxRowSquares)),
    maxAbs,
  };
}

/**
 * ‖A‖_F² / ‖A‖₂²: 1 for a matrix of rank one, the rank for one with equal singular values, null for a zero matrix. With
 * the upper end of the spectral norm it is at most the true one.
 */
export function stableRank(frobenius: number, spectralUpper: number): number | null {
  const ratio = frobenius / spectralUpper;
  return Number.isFinite(ratio) ? ratio * ratio : null;
}
