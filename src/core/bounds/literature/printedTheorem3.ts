import { logGeometricSum } from '../numbers/geometricSum';
import { addLogs, sumLogs } from '../numbers/logarithms';
import type { LogNorms } from '../classes/networkClass';
import { logNorm } from '../classes/networkClass';
import type { PrintedQuestion } from './printedTheorems';

/**
 * ln C of bound (3) of Chen, Li & Zhao 2019 as printed (theory 2.1), R ≤ ramp + C/γ + 3 √(ln(2/δ)/(2m)); it is not sound:
 *
 *     C = 4/m + (432/m) √(Σ M_A² L_A²) √(ln 2d²) ln(2 √m d),   d² = d_x d_h + d_h² + d_h d_y,
 *
 * with M_A = ‖A‖_{2,1}, the sum of the norms of the columns, and the printed constants L_U = ρ_h ‖V‖‖W‖ t a, L_V = ‖W‖ a,
 * L_W = ‖V‖ a, a = ρ_y ρ_h B_x S_t(ρ_h ‖U‖).
 *
 * @param columnSums ln M_A.
 */
export function printedTheorem3(
  question: Omit<PrintedQuestion, 'delta' | 'cap'>,
  columnSums: LogNorms,
): { readonly logComplexity: number; readonly logBeta: number } {
  const { norms, inputSize, hiddenSize, outputs, logInput, steps, sequences } = question;
  const slope = Math.log(question.slope);
  const logBeta = slope + logNorm(norms, 'U');
  const a = Math.log(question.readoutSlope) + slope + logInput + logGeometricSum(logBeta, steps);
  const constants: LogNorms = new Map([
    ['U', slope + logNorm(norms, 'V') + logNorm(norms, 'W') + Math.log(steps) + a],
    ['V', logNorm(norms, 'W') + a],
    ['W', logNorm(norms, 'V') + a],
  ]);
  const squares = sumLogs([...constants].map(([name, log]) => 2 * (logNorm(columnSums, name) + log)));
  const width = Math.sqrt(inputSize * hiddenSize + hiddenSize * hiddenSize + hiddenSize * outputs);
  const root =
    Math.log(432 / sequences) +
    squares / 2 +
    Math.log(Math.log(2 * width * width)) / 2 +
    Math.log(Math.log(2 * Math.sqrt(sequences) * width));
  return { logComplexity: addLogs(Math.log(4 / sequences), root), logBeta };
}
