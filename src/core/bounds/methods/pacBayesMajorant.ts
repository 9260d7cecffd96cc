import { countParameters } from './coveringNumber';
import { klInverse } from '../numbers/klInverse';
import { largestRoot } from '../numbers/largestRoot';
import { lipschitz } from '../recursions/lipschitz';
import type { Block, LogNorms, RecursionSetting } from '../classes/networkClass';
import { logScoreMove, noiseNorm } from '../recursions/noisePerturbation';
import { gridNeighbours } from '../numbers/radiusGrid';

/** A block of the trained network itself: nothing is rounded to a grid, both norms carry the factor 1 + 1e-6. */
export interface TrainedBlock extends Block {
  /** Upper end of the spectral norm (Euclidean for a vector). */
  readonly norm: number;
  /** Frobenius distance from the centre of the prior. */
  readonly distance: number;
}

export interface PosteriorQuestion {
  /** With p = 2. */
  readonly setting: RecursionSetting;
  readonly blocks: readonly TrainedBlock[];
  /** Probability that the noise leaves its box. */
  readonly eta: number;
}

export interface Posterior {
  /** KL divergence of the posterior from the best prior on the grid, in nats. */
  readonly divergence: number;
  /** The same, block by block. */
  readonly divergences: ReadonlyMap<string, number>;
  readonly logSigma: ReadonlyMap<string, number>;
}

const largestLogSigma = 20 * Math.LN2;

/** Posteriors for the networks that Chen, Li & Zhao's theorems and their like are about. */
export function posteriors({ setting, blocks, eta }: PosteriorQuestion): (logScoreBudget: number) => Posterior {
  const norms: LogNorms = new Map(blocks.map(({ name, norm }) => [name, Math.log(norm)]));
  const { logConstants } = lipschitz(setting, norms);
  return posteriorsWithin(blocks, eta, { logConstants, logScoreMove: (noise) => logScoreMove(setting, norms, noise) });
}

/** How strongly each block moves the scores of the trained network, and how far noise of given norms does. */
export interface NoiseEffect {
  /** ln L_A. */
  readonly logConstants: LogNorms;
  /** ln Δ_y for blocks that move by at most these norms; it never falls when one of them grows. */
  readonly logScoreMove: (logNoise: LogNorms) => number;
}

/** Prepares the parts that do not depend on how much noise is allowed, and answers posteriors for a given ln Δ_y. */
export function posteriorsWithin(
  blocks: readonly TrainedBlock[],
  eta: number,
  { logConstants, logScoreMove: moved }: NoiseEffect,
): (logScoreBudget: number) => Posterior {
  const tau = Math.sqrt(2 * Math.log(blocks.length / eta));
  let largest = -Infinity;
  for (const value of logConstants.values()) largest = Math.max(largest, value);
  const total = countParameters(blocks);
  const noises = blocks.map((block) => {
    const own = logConstants.get(block.name) ?? -Infinity;
    const constant = own > -Infinity ? own : largest > -Infinity ? largest : 0;
    const logNu = Math.log(noiseNorm(block, tau));
    return { name: block.name, logNu, logBase: Math.log(block.parameters / total) - constant - logNu };
  });
  const logSigmas = (s: number): Map<string, number> =>
    new Map(noises.map(({ name, logBase }) => [name, Math.min(s + logBase, largestLogSigma)]));
  const scoreMove = (s: number): number => {
    const sigmas = logSigmas(s);
    return moved(new Map(noises.map(({ name, logNu }) => [name, sigmas.get(name)! + logNu])));
  };
  const known: { readonly budget: number; readonly s: number }[] = [];
  return (logScoreBudget) => {
    const s = largestRoot((x) => scoreMove(x) - logScoreBudget, expected(known, logScoreBudget));
    if (Number.isFinite(s)) known.push({ budget: logScoreBudget, s });
    const logSigma = logSigmas(s);
    const divergences = new Map<string, number>();
    let divergence = 0;
    for (const block of blocks) {
      const own = gaussianDivergence(block, logSigma.get(block.name)!);
      divergences.set(block.name, own);
      divergence += own;
    }
    return { divergence, divergences, logSigma };
  };
}

/**
 * Where to look for s: on the line through the two nearest budgets whose s is known. Scores move nearly in proportion to the
 * noise, so one alone is a good beginning too.
 */
function expected(known: readonly { readonly budget: number; readonly s: number }[], budget: number): number {
  const distance = (one: { readonly budget: number }): number => Math.abs(one.budget - budget);
  const [p, q] = known.toSorted((a, b) => distance(a) - distance(b));
  const slope = p && q && p.budget !== q.budget ? (p.s - q.s) / (p.budget - q.budget) : 1;
  return p ? p.s + slope * (budget - p.budget) : budget;
}

/**
 * KL(N(A, σ²I) ‖ N(A₀, s₀²I)) at the best s₀ of the grid. The closed form at the best real s₀ is a lower value and would not
 * be certified. The divergence is convex in ln s₀, so the best grid point is a neighbour of the best real one.
 */
export function gaussianDivergence(
  { parameters: n, distance }: Pick<TrainedBlock, 'parameters' | 'distance'>,
  logSigma: number,
): number {
  const variance = n * Math.exp(2 * logSigma);
  const best = Math.log((distance * distance + variance) / n) / 2;
  let divergence = Infinity;
  for (const { log, radius } of gridNeighbours(best)) {
    const value = n * (log - logSigma) + (distance * distance + variance) / (2 * radius * radius) - n / 2;
    divergence = Math.min(divergence, value);
  }
  return divergence;
}

export interface PacBayesMajorant {
  readonly bound: number;
  /** (KL + H_b(η))/(1 − η) + ln(2√m/δ) + Λ. */
  readonly nats: number;
}

/**
 * PBM (theory 1.5): the scores of a network drawn from a Gaussian around the trained one stay within γ/(2c_M) of its own
 * with probability 1 − η, so the margin loss at γ of the trained network bounds the drawn one's, and the drawn one's error
 * bounds its own; PAC-Bayes with Maurer's constant 2√m.
 */
export function pacBayesMajorant(
  divergence: number,
  { sequences, delta, lambda, eta }: { sequences: number; delta: number; lambda: number; eta: number },
  loss: number,
): PacBayesMajorant {
  const nats = (divergence + binaryEntropy(eta)) / (1 - eta) + pacBayesCost(sequences, delta) + lambda;
  return { bound: klInverse(loss, nats / sequences), nats };
}

/** H_b(η) = −η ln η − (1 − η) ln(1 − η). */
export const binaryEntropy = (eta: number): number => -eta * Math.log(eta) - (1 - eta) * Math.log(1 - eta);

/** ln(2√m/δ), Maurer's constant. */
export const pacBayesCost = (sequences: number, delta: number): number =>
  Math.log(2) + Math.log(sequences) / 2 - Math.log(delta);
