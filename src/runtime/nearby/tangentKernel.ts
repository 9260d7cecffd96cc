import { split } from '../../core/analysis/split';
import type { TangentKernelRun } from '../../core/bounds/nearby/tangentKernel';
import { initialNetwork } from '../../core/cells/initialNetwork';
import { checkpointNetwork } from '../../core/checkpointNetwork';
import { Problem } from '../../core/problem';
import { nativeMatrixProduct } from '../matrixProduct';
import { captureInputs } from '../networkInputs';
import { openScoreGradients } from './scoreGradients';
import { scoreKernels } from './scoreKernels';
import type { NearbyQuestion } from './trialNetwork';

/** How much is computed at most; sequences are left out evenly until it fits. */
export interface KernelLimits {
  readonly sequences: number;
  /** The most frequent ones. */
  readonly classes: number;
  /** Of one class, all sequences together: 512 MiB. */
  readonly gradientNumbers: number;
  /** Of all sequences and classes together, each once forward and back. */
  readonly steps: number;
}

const kernelLimits: KernelLimits = { sequences: 2000, classes: 16, gradientNumbers: 2 ** 26, steps: 2 ** 22 };

type KernelQuestion = Pick<NearbyQuestion, 'loaded' | 'sequences' | 'observations' | 'declarations' | 'progress'>;

/**
 * The kernels of the scores of a checkpoint's network with random weights on its training sequences, and how far the linearised
 * network would have to move to fit the labels. With a label a step, each sequence counts with its last labelled step. A
 * sentence where that cannot be done; null where there are no labelled training sequences.
 */
export async function tangentKernel(
  { loaded, sequences, observations, declarations, progress }: KernelQuestion,
  seed: number,
  limits: KernelLimits = kernelLimits,
): Promise<TangentKernelRun | string | null> {
  const found = checkpointNetwork(loaded.checkpoint);
  if (typeof found === 'string') return found;
  const { labels } = sequences;
  const { lengths } = observations;
  const { training } = split(sequences.count, sequences.holdout, declarations);
  if (!labels || training.length === 0) return null;
  if (labels.kind !== 'classes') return 'The labels are not stored as integers, and this row is about classes.';
  const labelOf = (i: number): number => labels.values[labels.steps === 1 ? i : i * labels.steps + lengths[i]! - 1]!;
  const { outputs } = found.network.readout!;
  const classes = frequentLabels(training.map(labelOf));
  const chosen = outputs === 1 ? [1] : classes.slice(0, limits.classes).sort((a, b) => a - b);

  const gradients = await openScoreGradients(found.network, initialNetwork(found.network, seed));
  const multiply = nativeMatrixProduct();
  try {
    const steps = training.reduce((total, i) => total + lengths[i]!, 0) / training.length;
    const used = Math.floor(
      Math.min(
        ...[limits.sequences, training.length],
        limits.gradientNumbers / gradients.size,
        Math.max(2, limits.steps / (steps * chosen.length)),
      ),
    );
    if (used < 2)
      return `The network has too many weights: of two sequences, their gradients have ${2 * gradients.size}.`;
    const members = evenly(training, used);
    const clip = declarations.inputDomain?.clip ?? null;
    const inputs = await captureInputs(loaded, sequences, { clip, members, progress });
    const answered = members.map((i, k) => ({ input: inputs.sequences[k]!, step: lengths[i]! - 1 }));
    const scores = await scoreKernels(gradients, answered, {
      ...{ labels: members.map(labelOf), chosen, outputs, seed, multiply, progress },
    });
    if (typeof scores === 'string') return scores;
    return { seed, used, sequences: training.length, classes: classes.length, weights: gradients.size, scores };
  } catch (error) {
    // What a Problem says is why this row has no number; the others have theirs.
    if (error instanceof Problem) return error.message;
    throw error;
  } finally {
    await gradients.dispose();
    await multiply.dispose();
  }
}

/** The labels that occur, the most frequent first, of equally frequent ones the smaller. */
function frequentLabels(labels: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, other]) => other - many || a - b).map(([label]) => label);
}

const evenly = (members: readonly number[], count: number): number[] =>
  Array.from({ length: count }, (_, k) => members[Math.floor((k * members.length) / count)]!);
