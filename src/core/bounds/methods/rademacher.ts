import { logCoveringNumber, type CoveredBlock } from './coveringNumber';
import { eighthPower } from '../numbers/eighthPower';

/** 3 √((ln(2/δ) + Λ) / (2m)), what the concentration of a Rademacher bound costs (theory 1.1). */
export const rademacherConfidence = (sequences: number, delta: number, lambda: number): number =>
  3 * Math.sqrt((Math.log(2 / delta) + lambda) / (2 * sequences));

export interface UniformQuestion {
  readonly blocks: readonly CoveredBlock[];
  /** c_M, the Lipschitz constant of the loss's argument in the scores. */
  readonly marginConstant: number;
  readonly sequences: number;
  readonly delta: number;
  readonly lambda: number;
}

export interface OneLevelRademacher {
  /** The unclipped bound. */
  readonly raw: number;
  /** E, the complexity of the loss class. */
  readonly complexity: number;
  /** ln N at the scale E was best at. */
  readonly logCover: number;
  /** ln of the ε that this is the cover for. */
  readonly logEpsilon: number;
  readonly confidence: number;
}

/**
 * T2-Rad1 (theory 1.5): empirical ramp loss + 2E + confidence, with E = min over u = 2^(−k/8) of
 * u + √(ln N(uγ/c_M) / (2m)): one level of chaining, an internal cover and Massart's lemma centred at 1/2.
 */
export function oneLevelRademacher(question: UniformQuestion, gamma: number, ramp: number): OneLevelRademacher {
  const { blocks, marginConstant, sequences, delta, lambda } = question;
  let complexity = Infinity;
  let logCover = Infinity;
  let logEpsilon = -Infinity;
  for (let k = 0; k <= 320; k++) {
    const u = eighthPower(-k);
    const scale = Math.log(u * gamma) - Math.log(marginConstant);
    const cover = logCoveringNumber(blocks, scale);
    const chained = Math.sqrt(cover / (2 * sequences));
    // A finer cover is larger, so no smaller u is better.
    if (chained >= complexity) break;
    const value = u + chained;
    if (value < complexity) {
      complexity = value;
      logCover = cover;
      logEpsilon = scale;
    }
  }
  const confidence = rademacherConfidence(sequences, delta, lambda);
  return { raw: ramp + 2 * complexity + confidence, complexity, logCover, logEpsilon, confidence };
}
