import { logCoveringNumber } from './coveringNumber';
import { rademacherConfidence, type OneLevelRademacher, type UniformQuestion } from './rademacher';

/** The chain ends here at the latest: no bound gains from closer members of a cover. */
const finestScale = 2 ** -40;

/**
 * T2-Dudley (theory 1.5): empirical ramp loss + 2E + confidence, where E bounds the empirical Rademacher complexity of the
 * losses themselves, which lie within 1/2 of the constant 1/2 and have covers of ln N(u) = ln N(uγ/c_M): the least over N of
 * β_N + Σ_{j=1}^{N} (β_j + β_{j−1}) √(2 (ln N(β_j) + ln N(β_{j−1})) / m), β_j = 2^−(j+1), where the constant alone is a cover
 * at β_0 = 1/2. That is Massart's lemma for every link of a chain.
 *
 * The theory also allows 4a + (12/√m) ∫_a^{1/4} √ln N(u) du, and sums above it. It is never less, so it is not computed: let
 * β_N be the largest of its kind up to 4a, so that β_{N+1} > a. As ln N falls, the sum is at most
 * 4a + (6/√m) Σ_{j=1}^{N} β_j √ln N(β_j), and the integral from β_{j+1} to β_j at least β_j/2 · √ln N(β_j).
 */
export function entropyIntegral(question: UniformQuestion, gamma: number, ramp: number): OneLevelRademacher {
  const { blocks, marginConstant, sequences, delta, lambda } = question;
  const scaleOf = (u: number): number => Math.log(u * gamma) - Math.log(marginConstant);
  let [complexity, finest] = [1 / 2, 1 / 2];
  let links = 0;
  let coarser = 0;
  for (let u = 1 / 4; u >= finestScale; u /= 2) {
    const finer = logCoveringNumber(blocks, scaleOf(u));
    links += 3 * u * Math.sqrt((2 * (finer + coarser)) / sequences);
    // More links only add to the sum.
    if (links >= complexity) break;
    if (u + links < complexity) [complexity, finest] = [u + links, u];
    coarser = finer;
  }
  const confidence = rademacherConfidence(sequences, delta, lambda);
  const logEpsilon = scaleOf(finest);
  const logCover = logCoveringNumber(blocks, logEpsilon);
  return { raw: ramp + 2 * complexity + confidence, complexity, logCover, logEpsilon, confidence };
}
