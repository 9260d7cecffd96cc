import { addLogs, sumLogs } from './logarithms';
import type { LogNorms } from './networkClass';
import { logScoreMove, noiseNorm } from './noisePerturbation';
import type { PosteriorQuestion } from './pacBayesMajorant';
import { gammaCost } from './selectionCost';

export interface McAllester {
  /** ln of the unclipped bound. */
  readonly logRaw: number;
  /** The one σ = 2^(k/8). */
  readonly k: number;
  /** ln KL. */
  readonly logDivergence: number;
}

export interface McAllesterQuestion {
  readonly posterior: Omit<PosteriorQuestion, 'eta'>;
  readonly gamma: number;
  readonly marginLoss: number;
  readonly sequences: number;
  readonly delta: number;
  /** Λ_arch, and the costs of rule R5b. */
  readonly otherCosts: number;
}

/**
 * T3b-McAllester (theory 2.2; Lemma 1 of Neyshabur et al. 2018, which is not proved again here): one noise deviation for
 * every block, the largest 2^(k/8) that moves the scores by at most γ/4 with probability 1/2.
 */
export function mcAllester(question: McAllesterQuestion): McAllester | null {
  const { posterior, gamma, marginLoss, sequences, delta, otherCosts } = question;
  if (sequences < 2) return null;
  const { setting, blocks } = posterior;
  const tau = Math.sqrt(2 * Math.log(2 * blocks.length));
  const norms: LogNorms = new Map(blocks.map(({ name, norm }) => [name, Math.log(norm)]));
  const budget = Math.log(gamma / 4);
  const fits = (k: number): boolean => {
    const logSigma = (k / 8) * Math.LN2;
    return (
      logScoreMove(setting, norms, new Map(blocks.map((b) => [b.name, logSigma + Math.log(noiseNorm(b, tau))]))) <=
      budget
    );
  };
  const k = largestFitting(fits);
  if (k === null) return null;
  const squares = sumLogs(blocks.map(({ distance }) => 2 * Math.log(distance)));
  const logDivergence = squares - Math.LN2 - 2 * (k / 8) * Math.LN2;
  const cost =
    Math.log((6 * sequences) / delta) + gammaCost + Math.log(1.5 * (Math.abs(k) + 1) * (Math.abs(k) + 2)) + otherCosts;
  const logRoot = (addLogs(logDivergence, Math.log(cost)) - Math.log(sequences - 1)) / 2;
  return { logRaw: addLogs(Math.log(marginLoss), Math.log(4) + logRoot), k, logDivergence };
}

/** The largest integer that fits, for a condition that holds below some integer and fails above it; null if none does. */
function largestFitting(fits: (k: number) => boolean): number | null {
  const limit = 2 ** 40;
  let fitting = 0;
  let step = 1;
  while (!fits(fitting)) {
    fitting -= step;
    step *= 2;
    if (fitting < -limit) return null;
  }
  let failing = fitting + 1;
  step = 1;
  while (fits(failing)) {
    fitting = failing;
    failing += step;
    step *= 2;
    if (failing > limit) return null;
  }
  while (failing - fitting > 1) {
    const middle = Math.floor((failing + fitting) / 2);
    if (fits(middle)) fitting = middle;
    else failing = middle;
  }
  return fitting;
}
