import { addLogs, sumLogs } from '../numbers/logarithms';
import type { LogNorms } from '../classes/networkClass';
import { logScoreMove, noiseNorm } from '../recursions/noisePerturbation';
import type { PosteriorQuestion } from '../methods/pacBayesMajorant';
import { gammaCost } from '../classes/selectionCost';

/** Gaussian noise of one deviation on every block. */
export interface CommonNoise {
  /** σ = 2^(k/8). */
  readonly k: number;
  /** ln KL. */
  readonly logDivergence: number;
}

/**
 * The largest σ = 2^(k/8) that moves the scores by at most γ/4 with probability 1/2, by γ; null if none does. `near`: where k
 * may lie.
 */
export function commonNoise({
  setting,
  blocks,
}: Omit<PosteriorQuestion, 'eta'>): (gamma: number, near?: number) => CommonNoise | null {
  const tau = Math.sqrt(2 * Math.log(2 * blocks.length));
  const norms: LogNorms = new Map(blocks.map(({ name, norm }) => [name, Math.log(norm)]));
  const logNus = blocks.map((block) => [block.name, Math.log(noiseNorm(block, tau))] as const);
  const squares = sumLogs(blocks.map(({ distance }) => 2 * Math.log(distance)));
  const known = new Map<number, number>();
  const logMove = (k: number): number => {
    const found = known.get(k);
    if (found !== undefined) return found;
    const logSigma = (k / 8) * Math.LN2;
    const move = logScoreMove(setting, norms, new Map(logNus.map(([name, logNu]) => [name, logSigma + logNu])));
    known.set(k, move);
    return move;
  };
  return (gamma, near = 0) => {
    const budget = Math.log(gamma / 4);
    const k = largestFitting((candidate) => logMove(candidate) <= budget, near);
    return k === null ? null : { k, logDivergence: squares - Math.LN2 - 2 * (k / 8) * Math.LN2 };
  };
}

export interface McAllesterQuestion {
  readonly marginLoss: number;
  /** At least 2. */
  readonly sequences: number;
  readonly delta: number;
  /** Λ_arch, and the costs of rule R5b. */
  readonly otherCosts: number;
}

/**
 * ln of the unclipped bound T3b-McAllester (theory 2.2; Lemma 1 of Neyshabur et al. 2018, which is not proved again here):
 * emp01(γ) + 4 √((KL + ln(6m/δ) + ln 81 + ln(1.5 (|k| + 1)(|k| + 2)) + Λ)/(m − 1)).
 */
export function logMcAllester(
  { k, logDivergence }: CommonNoise,
  { marginLoss, sequences, delta, otherCosts }: McAllesterQuestion,
): number {
  const cost = Math.log((6 * sequences) / delta) + gammaCost + scaleCost(k) + otherCosts;
  const logRoot = (addLogs(logDivergence, Math.log(cost)) - Math.log(sequences - 1)) / 2;
  return addLogs(Math.log(marginLoss), Math.log(4) + logRoot);
}

/** The price of k: weights (2/3)/((|k| + 1)(|k| + 2)) on the integers add up to 1. */
export const scaleCost = (k: number): number => Math.log(1.5 * (Math.abs(k) + 1) * (Math.abs(k) + 2));

/** The largest integer that fits, for a condition that holds below some integer and fails above it; null if none does. */
function largestFitting(fits: (k: number) => boolean, near: number): number | null {
  const limit = 2 ** 40;
  let fitting = near;
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
