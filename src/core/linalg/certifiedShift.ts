import { shiftedCholesky, solveWithFactor } from './cholesky';
import { lanczos, type RitzPair } from './lanczos';
import type { MatrixProduct } from './matrixProduct';

/** Beyond so many steps of Lanczos' iteration shift-and-invert is cheaper. */
const PLAIN_STEPS = 160;
const INVERSE_STEPS = 60;
const ATTEMPTS = 20;

/** What the search knows: an approximate eigenpair of the largest eigenvalue. */
interface Guess {
  readonly value: number;
  readonly vector: () => Float64Array;
}

/**
 * A number t for which a floating-point Cholesky factorisation of t·I − S ran to its end (or which exceeds a norm of S),
 * and the unit vector of the search, whose Rayleigh quotient is within about 10·accuracy·t of it wherever the search
 * succeeds, and commonly within 2·accuracy·t.
 * S is symmetric, n × n, not zero, and only its lower triangle is read.
 *
 * A wrong guess by Lanczos' iteration costs time or width, never truth: where the factorisation breaks down, the guess
 * was too low and t rises; where it succeeds with t too high, its factor serves as the shift-and-invert operator, which
 * separates even crowded eigenvalues, and a lower t is tried.
 */
export async function certifiedShift(
  symmetric: Float64Array,
  n: number,
  accuracy: number,
  multiply: MatrixProduct,
): Promise<{ shift: number; vector: Float64Array }> {
  const apply = (x: Float64Array): Float64Array => symmetricProduct(symmetric, n, x);
  const start = unlikelyVector(n, (Math.sqrt(5) - 1) / 2);
  const iteration = lanczos(apply, start, PLAIN_STEPS);
  const first = advance(iteration, (ritz) => ritz.error <= (accuracy / 4) * ritz.value);
  let guess: Guess = first ?? { value: 0, vector: () => start };
  let proven = normBound(symmetric, n);
  // The row sum bound is at most n times the largest eigenvalue, so the last of the three is never too much.
  let excess = Math.max(accuracy * guess.value, 2 * (first?.error ?? 0), (accuracy * proven) / n);
  let resolved = false;
  let closeness = 4 * accuracy;
  for (let attempt = 0; attempt < ATTEMPTS && proven > guess.value * (1 + 9 * accuracy); attempt++) {
    const shift = Math.min(guess.value + excess, proven * (1 + accuracy));
    const factor = await shiftedCholesky(symmetric, n, shift, multiply);
    if (factor) {
      proven = Math.min(proven, shift);
      if (shift <= guess.value * (1 + 9 * accuracy)) break;
      // Should one round not have told the largest eigenvalue from its neighbours, the next looks more closely.
      closeness /= 32;
      guess = invertedGuess(factor, n, guess, closeness, apply);
      excess = accuracy * guess.value;
      resolved = true;
    } else if (shift < guess.value + excess) {
      // Even a norm of S, a little increased, does not let itself be factored: rounding is in the way.
      break;
    } else if (!resolved) {
      // The second Ritz value was no second eigenvalue: now the residual itself must be small.
      const better = advance(iteration, (ritz) => ritz.residual <= (accuracy / 4) * ritz.value);
      if (better) guess = better;
      excess = better ? Math.max(accuracy * better.value, better.residual) : excess * 8;
      resolved = true;
    } else {
      excess *= 8;
    }
  }
  return { shift: proven, vector: guess.vector() };
}

/** The first Ritz pair that is good enough, or the last there is; undefined where the iteration was already over. */
function advance(iteration: Iterator<RitzPair, void>, enough: (pair: RitzPair) => boolean): RitzPair | undefined {
  let latest: RitzPair | undefined;
  for (let step = iteration.next(); !step.done; step = iteration.next()) {
    latest = step.value;
    if (enough(latest)) break;
  }
  return latest;
}

/**
 * The largest eigenpair through the inverse of shift·I − S, whose largest eigenvalue is μ = 1/(shift − λ): an error in μ
 * is μ² times that in λ.
 */
function invertedGuess(
  factor: Float64Array,
  n: number,
  previous: Guess,
  closeness: number,
  apply: (x: Float64Array) => Float64Array,
): Guess {
  const start = previous.vector();
  // Should the first iteration's start have been orthogonal to the eigenvector, this one is not.
  const spread = unlikelyVector(n, Math.SQRT2);
  for (let i = 0; i < n; i++) start[i]! += 1e-3 * spread[i]!;
  const target = closeness * previous.value;
  const iteration = lanczos((x) => solveWithFactor(factor, n, x), start, INVERSE_STEPS);
  const pair = advance(iteration, ({ residual, value }) => residual <= target * value * value);
  if (!pair) return previous;
  const vector = pair.vector();
  const image = apply(vector);
  let quotient = 0;
  for (let i = 0; i < n; i++) quotient += vector[i]! * image[i]!;
  return quotient > previous.value ? { value: quotient, vector: () => vector } : previous;
}

/** The largest absolute row sum, a little increased for its rounding: no eigenvalue of a symmetric matrix is larger. */
function normBound(lower: Float64Array, n: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = Math.abs(lower[i * n + i]!);
    for (let j = 0; j < i; j++) {
      const size = Math.abs(lower[i * n + j]!);
      sum += size;
      sums[j]! += size;
    }
    sums[i]! += sum;
  }
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, sums[i]!);
  return largest * (1 + (n + 2) * Number.EPSILON);
}

/** A fixed unit vector without symmetries: the fractional parts of k(k + 1)·irrational, less one half. */
function unlikelyVector(n: number, irrational: number): Float64Array {
  const vector = new Float64Array(n);
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const x = (((i + 1) * (i + 2) * irrational) % 1) - 0.5;
    vector[i] = x;
    squares += x * x;
  }
  for (let i = 0; i < n; i++) vector[i]! /= Math.sqrt(squares);
  return vector;
}

/** S x from the lower triangle, four rows at a time: below the diagonal every entry is read once and serves twice. */
function symmetricProduct(lower: Float64Array, n: number, x: Float64Array): Float64Array {
  const y = new Float64Array(n);
  const whole = n - (n % 4);
  for (let i = 0; i < whole; i += 4) {
    const [row0, row1, row2, row3] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n];
    const x0 = x[i]!;
    const x1 = x[i + 1]!;
    const x2 = x[i + 2]!;
    const x3 = x[i + 3]!;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0; j < i; j++) {
      const value = x[j]!;
      const p = lower[row0 + j]!;
      const q = lower[row1 + j]!;
      const r = lower[row2 + j]!;
      const s = lower[row3 + j]!;
      a += p * value;
      b += q * value;
      c += r * value;
      d += s * value;
      y[j]! += p * x0 + q * x1 + (r * x2 + s * x3);
    }
    y[i]! += a;
    y[i + 1]! += b;
    y[i + 2]! += c;
    y[i + 3]! += d;
    addTriangle(lower, n, x, y, i, i, i + 4);
  }
  addTriangle(lower, n, x, y, 0, whole, n);
  return y;
}

/** Adds what rows `top` … `bottom` of the lower triangle contribute from column `first` on. */
function addTriangle(
  lower: Float64Array,
  n: number,
  x: Float64Array,
  y: Float64Array,
  first: number,
  top: number,
  bottom: number,
): void {
  for (let i = top; i < bottom; i++) {
    y[i]! += lower[i * n + i]! * x[i]!;
    for (let j = first; j < i; j++) {
      y[i]! += lower[i * n + j]! * x[j]!;
      y[j]! += lower[i * n + j]! * x[i]!;
    }
  }
}
