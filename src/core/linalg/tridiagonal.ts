/**
 * The two largest eigenvalues of a symmetric tridiagonal matrix, by bisection on Sturm counts, and a unit eigenvector of
 * the largest by inverse iteration. `second` is −∞ for a 1 × 1 matrix. Source: Golub and Van Loan, section 8.4.
 */
export function largestOfTridiagonal(
  diagonal: readonly number[],
  offDiagonal: readonly number[],
): { value: number; second: number; coefficients: Float64Array } {
  const n = diagonal.length;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < n; i++) {
    const radius = Math.abs(offDiagonal[i - 1] ?? 0) + (i + 1 < n ? Math.abs(offDiagonal[i]!) : 0);
    low = Math.min(low, diagonal[i]! - radius);
    high = Math.max(high, diagonal[i]! + radius);
  }
  const value = bisect(diagonal, offDiagonal, 1, low, high);
  const second = n > 1 ? bisect(diagonal, offDiagonal, 2, low, value) : -Infinity;
  return { value, second, coefficients: eigenvector(diagonal, offDiagonal, value) };
}

/** An upper neighbour of the `index`-th largest eigenvalue. */
function bisect(diagonal: readonly number[], off: readonly number[], index: number, low: number, high: number): number {
  const tolerance = 4e-16 * Math.max(Math.abs(low), Math.abs(high));
  while (high - low > tolerance) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (countAbove(diagonal, off, middle) >= index) low = middle;
    else high = middle;
  }
  return high;
}

/** How many eigenvalues exceed x: the number of positive pivots of T − x·I. */
function countAbove(diagonal: readonly number[], off: readonly number[], x: number): number {
  let count = 0;
  let pivot = 1;
  for (let i = 0; i < diagonal.length; i++) {
    const coupling = i > 0 ? (off[i - 1]! * off[i - 1]!) / pivot : 0;
    pivot = diagonal[i]! - x - coupling;
    if (pivot === 0) pivot = -1e-300;
    if (pivot > 0) count++;
  }
  return count;
}

/** Inverse iteration with value·I − T, which is positive semidefinite, so elimination needs no pivoting. */
function eigenvector(diagonal: readonly number[], off: readonly number[], value: number): Float64Array {
  const n = diagonal.length;
  const pivots = new Float64Array(n);
  const tiny = 1e-16 * Math.max(Math.abs(value), Number.MIN_VALUE);
  for (let i = 0; i < n; i++) {
    const coupling = i > 0 ? (off[i - 1]! * off[i - 1]!) / pivots[i - 1]! : 0;
    pivots[i] = Math.max(value - diagonal[i]! - coupling, tiny);
  }
  const x = new Float64Array(n).fill(1);
  for (let round = 0; round < 3; round++) {
    for (let i = 1; i < n; i++) x[i]! += (off[i - 1]! / pivots[i - 1]!) * x[i - 1]!;
    for (let i = n - 1; i >= 0; i--) {
      const above = i + 1 < n ? off[i]! * x[i + 1]! : 0;
      x[i] = (x[i]! + above) / pivots[i]!;
    }
    let largest = 0;
    for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(x[i]!));
    let squares = 0;
    for (let i = 0; i < n; i++) squares += (x[i]! / largest) ** 2;
    const size = largest * Math.sqrt(squares);
    for (let i = 0; i < n; i++) x[i]! /= size;
  }
  return x;
}
