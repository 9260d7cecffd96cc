import { largestOfTridiagonal } from './tridiagonal';

/** An approximate largest eigenpair of a symmetric matrix: estimates, proving nothing by themselves. */
export interface RitzPair {
  readonly value: number;
  /** ‖S x − value·x‖ for the unit vector x: some eigenvalue lies this close. */
  readonly residual: number;
  /** The error of `value` if the second Ritz value is right about the gap: min(residual, residual²/gap). */
  readonly error: number;
  /** Whether the iteration has nothing more to give. */
  readonly exhausted: boolean;
  /** The unit vector x itself, put together on demand. */
  readonly vector: () => Float64Array;
}

/** The largest Ritz pair is looked at once in so many steps. */
const STEPS_BETWEEN_LOOKS = 4;

/**
 * Lanczos' iteration with full reorthogonalisation for the largest eigenvalue of a symmetric n × n operator, yielding
 * the largest Ritz pair of a growing Krylov space until the space is invariant or has `maxSteps` dimensions.
 * Source: B. N. Parlett, The Symmetric Eigenvalue Problem, chapter 13.
 */
export function* lanczos(
  apply: (x: Float64Array) => Float64Array,
  start: Float64Array,
  maxSteps: number,
): Generator<RitzPair, void> {
  const n = start.length;
  const limit = Math.min(maxSteps, n);
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let next = scaled(start, 1 / norm(start));
  for (let step = 1; step <= limit; step++) {
    const current = next;
    basis.push(current);
    const image = apply(current);
    const alpha = dot(image, current);
    diagonal.push(alpha);
    addMultiple(image, -alpha, current);
    if (step > 1) addMultiple(image, -offDiagonal[step - 2]!, basis[step - 2]!);
    for (const vector of basis) addMultiple(image, -dot(image, vector), vector);
    const beta = norm(image);
    const invariant = !(beta > 1e-14 * Math.abs(alpha));
    const exhausted = invariant || step === limit;
    if (exhausted || step % STEPS_BETWEEN_LOOKS === 0) {
      const { value, second, coefficients } = largestOfTridiagonal(diagonal, offDiagonal);
      const residual = beta * Math.abs(coefficients[step - 1]!);
      const gap = value - second;
      const error = gap > residual ? (residual * residual) / gap : residual;
      yield { value, residual, error, exhausted, vector: () => combination(basis, coefficients, n) };
    }
    if (exhausted) return;
    offDiagonal.push(beta);
    next = scaled(image, 1 / beta);
  }
}

function combination(basis: readonly Float64Array[], coefficients: Float64Array, n: number): Float64Array {
  const sum = new Float64Array(n);
  for (let k = 0; k < coefficients.length; k++) addMultiple(sum, coefficients[k]!, basis[k]!);
  return sum;
}

function dot(x: Float64Array, y: Float64Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < x.length; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (; i < x.length; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}

function norm(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

function scaled(x: Float64Array, factor: number): Float64Array {
  const y = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) y[i] = x[i]! * factor;
  return y;
}

function addMultiple(target: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < x.length; i++) target[i]! += factor * x[i]!;
}
