import { logCoveringNumber } from './coveringNumber';
import { sumLogs } from '../numbers/logarithms';
import { rademacherConfidence, type UniformQuestion } from './rademacher';

export interface Dudley {
  /** ln of the unclipped bound. */
  readonly logRaw: number;
  /** ln N(1 / (c_M m)). */
  readonly logCover: number;
  readonly confidence: number;
  /** ln of the complexity term (2/γ)[4/m + (6r/√m) √ln N]. */
  readonly logComplexity: number;
}

/** ln r, r = c_M ρ_y (‖V‖ H_t + ‖c‖): the largest score a network of the class can have, times c_M. */
export interface DudleyQuestion extends UniformQuestion {
  readonly logScoreRadius: number;
}

/**
 * T2-fixed (theory 1.5), the repaired Theorem 2 of Chen, Li & Zhao 2019 and, with the constants of a gated cell, Dudley1:
 * empirical ramp loss + (2/γ)[4/m + (6r/√m) √ln N(1/(c_M m))] + confidence.
 */
export function dudley(question: DudleyQuestion, gamma: number, ramp: number): Dudley {
  const { blocks, marginConstant, sequences, delta, lambda, logScoreRadius } = question;
  const logCover = logCoveringNumber(blocks, -Math.log(marginConstant * sequences));
  const confidence = rademacherConfidence(sequences, delta, lambda);
  const root = Math.log(6) + logScoreRadius + (Math.log(logCover) - Math.log(sequences)) / 2;
  const logComplexity = Math.LN2 - Math.log(gamma) + sumLogs([Math.log(4 / sequences), root]);
  return {
    logRaw: sumLogs([Math.log(ramp), logComplexity, Math.log(confidence)]),
    logCover,
    confidence,
    logComplexity,
  };
}
