import { shiftedCholesky, solveWithFactor } from '../../linalg/cholesky';
import type { MatrixProduct } from '../../linalg/matrixProduct';

/** What the gradients of a network with random weights say about its labels: numbers only. */
export interface TangentKernelRun {
  /** What the random weights were drawn from. */
  readonly seed: number;
  /** How many training sequences were used, of how many. */
  readonly used: number;
  readonly sequences: number;
  /** How many classes occur among all of them. */
  readonly classes: number;
  /** How many weights the network has, and so numbers a gradient. */
  readonly weights: number;
  /** One for each class that was looked at; of a single score the one for class 1. */
  readonly scores: readonly ScoreKernel[];
}

/** One class against all others: the targets are 1 and −1. */
export interface ScoreKernel {
  readonly label: number;
  /** How many of the sequences in use have the label. */
  readonly positive: number;
  /** tr H/n, the mean squared norm of a gradient. */
  readonly meanDiagonal: number;
  /** √(yᵀ H⁻¹ y). */
  readonly distance: number;
  /** The same of these targets in a random order. */
  readonly shuffledDistance: number;
}

/** λ, as a share of tr H/n. */
export const kernelRidge = 1e-6;

/**
 * √(yᵀ (H + λI)⁻¹ y) for each of the targets y, with λ = 1e-6 tr H/n: the shortest way from its random weights that brings the
 * linearised network to the targets, but for the ridge; and tr H/n (theory section 5, NTK). null where every gradient is zero, or
 * H is no matrix of finite numbers.
 *
 * @param kernel H (n × n, row by row), of which only the lower triangle counts.
 */
export async function kernelDistances(
  kernel: Float64Array,
  targets: readonly Float64Array[],
  multiply: MatrixProduct,
): Promise<{ readonly meanDiagonal: number; readonly distances: readonly number[] } | null> {
  const n = Math.round(Math.sqrt(kernel.length));
  let trace = 0;
  for (let i = 0; i < n; i++) trace += kernel[i * n + i]!;
  const meanDiagonal = trace / n;
  if (!(meanDiagonal > 0 && Number.isFinite(meanDiagonal))) return null;
  const negative = kernel.map((entry) => -entry);
  const factor = await shiftedCholesky(negative, n, kernelRidge * meanDiagonal, multiply);
  if (factor === null) return null;
  const distances = targets.map((y) => {
    const solution = solveWithFactor(factor, n, y);
    let square = 0;
    for (let i = 0; i < n; i++) square += y[i]! * solution[i]!;
    return Math.sqrt(square);
  });
  return { meanDiagonal, distances };
}
