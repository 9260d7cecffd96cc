import { randomRotations } from './randomRotations';
import type { SeededRandom } from './seededRandom';

/** Up to so many vectors the cubic cost of making them orthonormal one after the other is not felt. */
const mostDrawn = 256;

/**
 * A random matrix, row by row, whose rows are orthonormal, or its columns where it has more rows than columns, to the rounding
 * of float64. With at most 256 of these vectors it is uniform among all such matrices (Haar measure): Gaussian vectors made
 * orthonormal one after the other. With more it is the product of random rotations of pairs of entries, n log n of them up to
 * a factor: each vector by itself is then very nearly uniform on the sphere, but all together they are not uniform, as they
 * are made of fewer angles than that would take (see `randomRotations`).
 */
export function orthogonalMatrix(rows: number, columns: number, random: SeededRandom): Float64Array {
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const matrix = new Float64Array(rows * columns);
  const place = (vector: number, entry: number): number =>
    rows <= columns ? vector * columns + entry : entry * columns + vector;
  if (count > mostDrawn) {
    randomRotations(count, length, random, (vector, entry, value) => (matrix[place(vector, entry)] = value));
    return matrix;
  }
  for (const [v, values] of orthonormalVectors(count, length, random).entries()) {
    for (let k = 0; k < length; k++) matrix[place(v, k)] = values[k]!;
  }
  return matrix;
}

/**
 * The QR factorisation with a positive diagonal of a Gaussian matrix (Stewart 1980). A vector that gets much shorter by it is
 * projected twice, so that all are orthonormal to the rounding of float64 (Giraud et al. 2005).
 */
function orthonormalVectors(count: number, length: number, { normal }: SeededRandom): readonly Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const drawn = new Float64Array(length);
    for (let k = 0; k < length; k++) drawn[k] = normal();
    const size = norm(drawn);
    for (const other of vectors) subtractProjection(drawn, other);
    if (norm(drawn) < size / 2) for (const other of vectors) subtractProjection(drawn, other);
    const left = norm(drawn);
    // A Gaussian vector that lies in the span of the others has probability zero; rounding would rule what is left of it.
    if (!(left > 1e-8 * size)) continue;
    for (let k = 0; k < length; k++) drawn[k]! /= left;
    vectors.push(drawn);
  }
  return vectors;
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
