import { logCoveringNumber } from './coveringNumber';
import { eighthPower } from './eighthPower';
import { rademacherConfidence, type OneLevelRademacher, type UniformQuestion } from './rademacher';

/**
 * T2-Dudley (theory 1.5): empirical ramp loss + 2E + confidence, where E bounds the empirical Rademacher complexity of the
 * losses themselves by Dudley's entropy integral. Losses lie within 1/2 of the constant 1/2, and have covers of ln N(u) =
 * ln N(uγ/c_M). E is the smaller of two sums; that is free, as both bound the same number on every sample, with certainty.
 */
export function entropyIntegral(question: UniformQuestion, gamma: number, ramp: number): OneLevelRademacher {
  const { blocks, marginConstant, sequences, delta, lambda } = question;
  const logEpsilon = (u: number): number => Math.log(u * gamma) - Math.log(marginConstant);
  const logCover = (u: number): number => logCoveringNumber(blocks, logEpsilon(u));
  const integral = riemannSum(logCover, sequences);
  const chain = dyadicSum(logCover, sequences);
  const { complexity, finest } = chain.complexity < integral.complexity ? chain : integral;
  const confidence = rademacherConfidence(sequences, delta, lambda);
  return {
    ...{ raw: ramp + 2 * complexity + confidence, complexity, confidence },
    ...{ logCover: logCover(finest), logEpsilon: logEpsilon(finest) },
  };
}

interface ChainedSum {
  readonly complexity: number;
  /** The smallest u whose cover entered. */
  readonly finest: number;
}

/**
 * The least over a of 4a + (12/√m) ∫_a^{1/4} √ln N(u) du, with a on the grid 2^(−k/8). Between two points of the grid the
 * integrand is at most what it is at the smaller.
 */
function riemannSum(logCover: (u: number) => number, sequences: number): ChainedSum {
  const factor = 12 / Math.sqrt(sequences);
  let best: ChainedSum = { complexity: 1, finest: 1 / 4 };
  let integral = 0;
  for (let k = 17; k <= 320; k++) {
    const u = eighthPower(-k);
    integral += (eighthPower(1 - k) - u) * Math.sqrt(logCover(u));
    // The integral only grows, so no smaller a is better.
    if (factor * integral >= best.complexity) break;
    const complexity = 4 * u + factor * integral;
    if (complexity < best.complexity) best = { complexity, finest: u };
  }
  return best;
}

/**
 * The least over N of β_N + Σ_{j=1}^{N} (β_j + β_{j−1}) √(2 (ln N(β_j) + ln N(β_{j−1})) / m), β_j = 2^−(j+1), where the constant
 * 1/2 alone is a cover at β_0 = 1/2: Massart's lemma for every link of a chain.
 */
function dyadicSum(logCover: (u: number) => number, sequences: number): ChainedSum {
  let best: ChainedSum = { complexity: 1 / 2, finest: 1 / 2 };
  let chain = 0;
  let coarser = 0;
  for (let u = 1 / 4; u >= 2 ** -40; u /= 2) {
    const finer = logCover(u);
    chain += 3 * u * Math.sqrt((2 * (finer + coarser)) / sequences);
    if (chain >= best.complexity) break;
    if (u + chain < best.complexity) best = { complexity: u + chain, finest: u };
    coarser = finer;
  }
  return best;
}
