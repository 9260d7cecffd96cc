import { kernelDistances, type ScoreKernel } from '../../core/bounds/nearby/tangentKernel';
import type { MatrixProduct } from '../../core/linalg/matrixProduct';
import { seededRandom } from '../../core/linalg/seededRandom';
import { shuffled } from '../../core/training/epochOrder';
import { gramMatrix } from './gramMatrix';
import type { AnsweredSequence, ScoreGradients } from './scoreGradients';

/** What the kernels are asked for. */
export interface KernelTargets {
  /** Of each sequence. */
  readonly labels: readonly number[];
  /** The classes that are set against all others, each. */
  readonly chosen: readonly number[];
  /** Scores of an answer; one alone is that of class 1. */
  readonly outputs: number;
  /** Of the order of shuffled labels. */
  readonly seed: number;
  readonly multiply: MatrixProduct;
  readonly progress: (phase: string) => void;
}

/**
 * H of the scores of each chosen class, one class after the other so that the gradients of one alone are in memory, and how far
 * the linearised network moves to fit ±1; a sentence where that cannot be said.
 */
export async function scoreKernels(
  gradients: ScoreGradients,
  sequences: readonly AnsweredSequence[],
  { labels, chosen, outputs, seed, multiply, progress }: KernelTargets,
): Promise<ScoreKernel[] | string> {
  const n = sequences.length;
  const scores: Float64Array[] = [];
  for (const sequence of sequences) scores.push(await gradients.scores(sequence));
  const rows = new Float64Array(n * gradients.size);
  const kernels: ScoreKernel[] = [];
  for (const [place, label] of chosen.entries()) {
    for (const [i, sequence] of sequences.entries()) {
      if (i % 50 === 0) progress(`Computing gradients at random weights (${place * n + i} of ${chosen.length * n})`);
      rows.set(await gradients.gradient(sequence, scores[i]!, outputs === 1 ? 0 : label), i * gradients.size);
    }
    progress('Solving with the kernel at random weights');
    const kernel = await gramMatrix(rows, n, multiply);
    const targets = labels.map((own) => (own === label ? 1 : -1));
    const both = [targets, shuffled(targets, seededRandom(seed))].map((y) => Float64Array.from(y));
    const found = await kernelDistances(kernel, both, multiply);
    if (found === null) return 'The gradients at random weights vanish or are not finite.';
    const [distance, shuffledDistance] = found.distances;
    kernels.push({
      ...{ label, positive: targets.filter((y) => y > 0).length, meanDiagonal: found.meanDiagonal },
      ...{ distance: distance!, shuffledDistance: shuffledDistance! },
    });
  }
  return kernels;
}
