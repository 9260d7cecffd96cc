import type { SeededRandom } from './seededRandom';

/**
 * A random matrix, row by row, whose rows are orthonormal, or its columns where it has more rows than columns; uniform among
 * all of these (Haar measure): Gaussian vectors made orthonormal one after the other, which is the QR factorisation with a
 * positive diagonal (Stewart 1980). A vector that gets much shorter by it is projected twice, so that all are orthonormal to
 * the rounding of float64 (Giraud et al. 2005).
 */
export function orthogonalMatrix(rows: number, columns: number, { normal }: SeededRandom): Float64Array {
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const drawn = Float64Array.from({ length }, normal);
    const size = norm(drawn);
    for (const other of vectors) subtractProjection(drawn, other);
    if (norm(drawn) < size / 2) for (const other of vectors) subtractProjection(drawn, other);
    const left = norm(drawn);
    // A Gaussian vector that lies in the span of the others has probability zero; rounding would rule what is left of it.
    if (!(left > 1e-8 * size)) continue;
    for (let k = 0; k < length; k++) drawn[k]! /= left;
    vectors.push(drawn);
  }
  const matrix = new Float64Array(rows * columns);
  for (const [v, values] of vectors.entries()) {
    for (let k = 0; k < length; k++) matrix[rows <= columns ? v * columns + k : k * columns + v] = values[k]!;
  }
  return matrix;
}

/** u − (u · q) q for a unit vector q, in place. */
function subtractProjection(u: Float64Array, q: Float64Array): void {
  let product = 0;
  for (let k = 0; k < u.length; k++) product += u[k]! * q[k]!;
  for (let k = 0; k < u.length; k++) u[k]! -= product * q[k]!;
}

function norm(u: Float64Array): number {
  let squares = 0;
  for (let k = 0; k < u.length; k++) squares += u[k]! * u[k]!;
  return Math.sqrt(squares);
}
