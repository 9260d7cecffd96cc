import { klInverse } from '../numbers/klInverse';
import { pacBayesCost } from '../methods/pacBayesMajorant';

interface PacBayes {
  readonly divergence: number;
  readonly sequences: number;
  readonly delta: number;
  readonly lambda: number;
}

/** klinv(emp, (KL + ln(2√m/δ) + Λ)/m): the PAC-Bayes-kl bound (Langford & Seeger; Maurer 2004), for the stochastic network. */
export const pacBayesKl = (loss: number, { divergence, sequences, delta, lambda }: PacBayes): number =>
  klInverse(loss, (divergence + pacBayesCost(sequences, delta) + lambda) / sequences);

/**
 * The bound for the stochastic network when its empirical error is itself estimated from n fresh draws (theory section 5):
 * first q = klinv(mean error, ln(1/δ′)/n), then PAC-Bayes-kl at q; it fails with probability at most δ + δ′.
 */
export function gibbs(
  meanError: number,
  draws: number,
  deltaOfDraws: number,
  pacBayes: PacBayes,
): { q: number; bound: number } {
  const q = klInverse(meanError, -Math.log(deltaOfDraws) / draws);
  return { q, bound: pacBayesKl(q, pacBayes) };
}

/** One block of a drawn network w̃ = w + σξ with prior N(w₀, s₀²I). */
export interface DrawnBlock {
  readonly parameters: number;
  readonly sigma: number;
  readonly priorScale: number;
  /** ‖w̃ − w₀‖². */
  readonly squaredDistance: number;
  /** ‖ξ‖². */
  readonly squaredNoise: number;
}

/**
 * Rivasplata et al. 2020, disintegrated PAC-Bayes (theory section 5): the bound for one drawn network, with
 * ln(q/p)(w̃) = Σ n ln(s₀/σ) + ‖w̃ − w₀‖²/(2s₀²) − ‖ξ‖²/2 in the place of the divergence.
 */
export function rivasplata(
  blocks: readonly DrawnBlock[],
  loss: number,
  question: Omit<PacBayes, 'divergence'>,
): { logRatio: number; bound: number } {
  const logRatio = blocks.reduce((total, block) => total + blockLogRatio(block), 0);
  return { logRatio, bound: pacBayesKl(loss, { ...question, divergence: logRatio }) };
}

/** What one block adds to ln(q/p). */
export const blockLogRatio = (block: DrawnBlock): number =>
  block.parameters * Math.log(block.priorScale / block.sigma) +
  block.squaredDistance / (2 * block.priorScale * block.priorScale) -
  block.squaredNoise / 2;
