import type { ClassQuestion } from '../classRows';
import { complexityNumber } from './complexityNumber';
import { sumLogs } from '../numbers/logarithms';
import { marginConstant } from '../margins/marginConstant';
import { prepareClass } from '../classes/preparedClass';
import { rademacherConfidence } from './rademacher';
import type { RowNumber } from '../rowAnswer';

/**
 * T3a-fixed (theory 2.1): empirical ramp loss + (2/γ)[4/m + (38 q/√m) K max(1, ln(m r/2))] + confidence, with q blocks and
 * K² = Σ_A Λ_A² L_A² ln(2 n_A); 38 q is the 114 of the theory for U, W and V. Margins move by at most u when each block moves the scores by u/(q c_M),
 * so Maurey’s cover has ln N(u) ≤ Σ_A ⌈4 x_A⌉ ln(2 n_A) with x_A = (q c_M Λ_A L_A/u)², and nothing where x_A ≤ 1; else
 * ⌈4x⌉ ≤ 5x, so √ln N(u) ≤ √5 q c_M K/u. In Dudley’s integral from a = 1/m to r/2 that is 12 √5 q c_M K ln(m r/2)/√m, and
 * 12 √5 c_M ≤ 38 as c_M ≤ √2.
 */
export function entrywiseNumber(question: ClassQuestion): RowNumber | string {
  const constant = marginConstant(question.network.outputs, 2);
  const prepared = prepareClass(question, constant, 1);
  if (typeof prepared === 'string') return prepared;
  const { uniform, logScoreRadius, facts } = prepared;
  const { blocks, sequences, delta, lambda } = uniform;
  const squares = blocks.map(
    ({ logSum, logConstant, parameters }) => 2 * (logSum! + logConstant) + Math.log(Math.log(2 * parameters)),
  );
  const logK = sumLogs(squares) / 2;
  const logIntegral = Math.max(1, Math.log(sequences / 2) + logScoreRadius);
  const root = Math.log(38 * blocks.length) - Math.log(sequences) / 2 + logK + Math.log(logIntegral);
  return complexityNumber(
    question.losses,
    {
      logComplexity: Math.LN2 + sumLogs([Math.log(4 / sequences), root]),
      confidence: rademacherConfidence(sequences, delta, lambda),
    },
    {
      lambda,
      terms: [
        ['log10 of K, the size of the cover', logK / Math.LN10],
        ['log10 r, largest score', logScoreRadius / Math.LN10],
        ['Λ, price of what was chosen', lambda],
        ['c_M, Lipschitz constant of the margin', constant],
        ...facts,
      ],
    },
  );
}
