import { certifiedShift } from './certifiedShift';
import { gramMatrix } from './gramMatrix';
import type { Interval, Matrix } from './matrix';
import { plainMatrixProduct, type MatrixProduct } from './matrixProduct';
import { requireFinite } from './nonFiniteEntry';
import { exponentOf, largestMagnitude, powerOfTwoFactors, timesPowerOfTwo } from './powerOfTwo';

export type { MatrixProduct } from './matrixProduct';

/**
 * An interval that provably holds ‖A‖₂, the stored weights (float32 or float64) being exact real numbers. Its relative
 * width is at most 1e-9 for a shorter side up to 1024 and 1e-8 up to 4096 (the longer side up to 4096); it is [0, 0] for
 * a zero matrix. An upper end beyond the largest double is Infinity; no end is ever NaN.
 *
 * Words. u = 2⁻⁵³ and γ_k = ku/(1 − ku). B = A·2⁻ᵉ, turned so that it is not taller than wide (n × m, n ≤ m), with
 * 1 ≤ max|b_ij| < 2; so ‖B‖₂ ≥ 1. G is the symmetric n × n matrix of doubles computed for B Bᵀ. A sum of k products
 * computed in any order, with or without fused multiply-add, misses the exact one by at most γ_k times the sum of the
 * absolute products (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
 *
 * Underflow. It changes one operation by at most 2⁻¹⁰²², even where subnormal numbers are flushed to zero; factors met
 * here are below 2²⁰⁰, so the sum of all such changes, also those from scaling A, is below 2⁻⁷⁰⁰ in every quantity
 * below. `MARGIN` covers it, for each slack exceeds 2⁻⁶⁰, and so it covers the rounding of the slacks themselves.
 *
 * Gram matrix. |G − B Bᵀ| ≤ γ_m |B||B|ᵀ entry by entry, and the norm of the right side is at most γ_m ‖B‖_F². On the
 * diagonal g_ii ≥ (1 − γ_m) Σ_k b_ik², so ‖B‖_F² ≤ tr(G)/(1 − γ_m). Together ‖G − B Bᵀ‖₂ ≤ δ₁ = γ_m tr(G)/(1 − γ_m).
 *
 * Upper end. Let M be the doubles computed for t·I − G, so that M = t·I − G + D, D diagonal with |d_ii| ≤ u·t/(1 − u)
 * where m_ii ≥ 0. Suppose that a Cholesky factorisation of M in floating point runs to its end with all pivots positive.
 * Its factor L obeys |M − L Lᵀ| ≤ γ_{n+2} |L||L|ᵀ, in whatever order its sums were taken (Higham, lemma 8.4 and theorem
 * 10.3; one more rounding because quotients may be products with the reciprocal). The rows l_i of L then have
 * ‖l_i‖² ≤ m_ii + γ_{n+2} ‖l_i‖², that is ‖l_i‖² ≤ m_ii/(1 − γ_{n+2}); and ‖|L||L|ᵀ‖₂ ≤ Σ‖l_i‖². Since L Lᵀ is positive
 * semidefinite, λ_min(M) ≥ −δ₂ with δ₂ = γ_{n+2} tr(M)/(1 − γ_{n+2}) (Demmel; Rump, BIT 46, 2006). Hence
 *
 *     ‖B‖₂² = λ_max(B Bᵀ) ≤ λ_max(G) + δ₁ ≤ t + u·t/(1 − u) + δ₁ + δ₂.
 *
 * (Where no factorisation succeeds, t is the largest absolute row sum of G, and the same line holds without its middle.)
 *
 * Lower end. For any v ≠ 0, ‖B‖₂ ≥ ‖Bᵀv‖/‖v‖. With w the doubles computed for Bᵀv, |w − Bᵀv| ≤ γ_n |B|ᵀ|v|, whose norm
 * is at most γ_n ‖B‖_F ‖v‖. A Euclidean norm of k numbers is computed with a relative error below γ_{k+2}, so
 *
 *     ‖B‖₂ ≥ (w/v)(1 − 2γ_{m+n+8}) − γ_n ‖B‖_F,   w/v the computed quotient of the computed norms.
 *
 * Width. ‖B‖_F² ≤ n‖B‖₂² and tr(M) ≤ n·t − tr(G), so δ₁ + δ₂ ≤ about γ_m·n·‖B‖₂²: relative to ‖B‖₂ at most 2.4e-10 for
 * n = 1024, m = 4096, and 9.4e-10 for n = m = 4096; the rest is what t lies above λ_max, which the search keeps small.
 *
 * @param multiply the float64 product to use; plain JavaScript unless given.
 * @throws Problem where the matrix holds a NaN or an infinity.
 */
export async function certifiedSpectralNorm(
  matrix: Matrix,
  multiply: MatrixProduct = plainMatrixProduct,
): Promise<Interval> {
  const largest = largestMagnitude(matrix.values);
  if (!Number.isFinite(largest)) requireFinite(matrix);
  if (largest === 0) return { lower: 0, upper: 0 };
  const exponent = exponentOf(largest);
  const scale = powerOfTwoFactors(-exponent);
  const n = Math.min(matrix.rows, matrix.columns);
  const gram = await gramMatrix(matrix, scale, multiply);
  const { shift, vector } = await certifiedShift(gram, n, 1e-13 * (n + 10), multiply);
  const lower = lowerEnd(matrix, scale, gram, vector);
  const upper = upperEnd(matrix, gram, shift);
  return { lower: Math.max(0, scaledDown(lower, exponent)), upper: scaledUp(upper, exponent) };
}

const UNIT_ROUNDOFF = 2 ** -53;
/** Slacks are increased by this factor, which covers their own rounding and everything underflow can do. */
const MARGIN = 1 + 2 ** -20;

function gamma(count: number): number {
  return (count * UNIT_ROUNDOFF) / (1 - count * UNIT_ROUNDOFF);
}

function trace(square: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += square[i * n + i]!;
  return sum;
}

/** The upper end for B: the square root of t + u·t + δ₁ + δ₂. */
function upperEnd({ rows, columns }: Matrix, gram: Float64Array, shift: number): number {
  const n = Math.min(rows, columns);
  const m = Math.max(rows, columns);
  const gramError = (gamma(m) * trace(gram, n)) / (1 - gamma(m));
  let traceOfShifted = 0;
  for (let i = 0; i < n; i++) traceOfShifted += Math.max(0, shift - gram[i * n + i]!);
  const choleskyError = (gamma(n + 2) * traceOfShifted) / (1 - gamma(n + 2));
  const slack = (UNIT_ROUNDOFF * shift + gramError + choleskyError) * MARGIN;
  return nextUp(Math.sqrt(nextUp(shift + slack)));
}

/** The lower end for B from a vector: ‖Bᵀv‖/‖v‖, less all that rounding can have added. */
function lowerEnd(matrix: Matrix, scale: readonly [number, number], gram: Float64Array, vector: Float64Array): number {
  const n = Math.min(matrix.rows, matrix.columns);
  const m = Math.max(matrix.rows, matrix.columns);
  const quotient = norm(imageOnLongSide(matrix, scale, vector)) / norm(vector);
  const frobenius = Math.sqrt(trace(gram, n) / (1 - gamma(m)));
  return quotient - (2 * gamma(m + n + 8) * quotient + gamma(n) * frobenius) * MARGIN;
}

/** Bᵀv, as long as the longer side, straight from the stored weights. */
function imageOnLongSide(matrix: Matrix, [first, second]: readonly [number, number], v: Float64Array): Float64Array {
  const { rows, columns, values } = matrix;
  const image = new Float64Array(Math.max(rows, columns));
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    if (rows <= columns) {
      const factor = v[i]!;
      for (let j = 0; j < columns; j++) image[j]! += values[row + j]! * first * second * factor;
    } else {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += values[row + j]! * first * second * v[j]!;
      image[i] = sum;
    }
  }
  return image;
}

function norm(x: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += x[i]! * x[i]!;
  return Math.sqrt(squares);
}

/** The least double above a positive one. */
function nextUp(x: number): number {
  // u·x alone may be rounded away at a power of two; 2u·x never is, and subnormal numbers have their own step.
  return x + Math.max(2 * UNIT_ROUNDOFF * x, Number.MIN_VALUE);
}

/** At least x·2^exponent. The scaling is exact unless the result is subnormal, where it is rounded by less than a step. */
function scaledUp(x: number, exponent: number): number {
  const y = timesPowerOfTwo(x, exponent);
  return timesPowerOfTwo(y, -exponent) === x ? y : nextUp(y);
}

/** At most x·2^exponent. */
function scaledDown(x: number, exponent: number): number {
  const y = timesPowerOfTwo(x, exponent);
  if (y === Infinity) return Number.MAX_VALUE;
  return timesPowerOfTwo(y, -exponent) === x ? y : y - Number.MIN_VALUE;
}
