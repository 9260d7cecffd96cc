import { logConvex, logPass } from '../numbers/convexStep';
import { discountedSums } from '../numbers/discountedSums';
import { addLogs } from '../numbers/logarithms';
import {
  gateMoves,
  logCap,
  logNorm,
  type LogNorms,
  type RecursionSetting,
  type StateSensitivity,
} from '../classes/networkClass';

/**
 * The repaired Theorem 4 of Chen, Li & Zhao 2019 (T4-fixed, theory 3.1) for the minimal gated unit
 * r = σ(W_r x + U_r h + b_r), a = tanh(W_a x + U_a (r∘h) + b_a), h = (1 − r)∘h + r∘a, with h̄ = 1 and κ = 2.
 */
export function mguRecursion(setting: RecursionSetting, norms: LogNorms): StateSensitivity {
  const { architecture, p, steps, logInput } = setting;
  const range = architecture.gates['r'] ?? { low: 0, high: 1 };
  const gateSlope = Math.log(architecture.gateSlope);
  const pass = logPass(p, range);
  const reset = Math.log(range.high);
  const candidate = logNorm(norms, 'Ua');
  const theta = logConvex(p, range, 0, candidate + reset);
  const gate = gateSlope + addLogs(Math.LN2, pass + candidate);
  const lambda = addLogs(theta, gate + logNorm(norms, 'Ur'));
  const drive = pass + addLogs(logNorm(norms, 'Wa') + logInput, logNorm(norms, 'ba'));
  const sums = discountedSums(lambda, { theta, drive, cap: logCap(p, architecture.hiddenSize) }, steps);
  return {
    logState: sums.logState,
    logMoves: new Map([
      ...gateMoves('a', pass + reset + sums.timesState, pass + sums.timesOne, logInput),
      ...gateMoves('r', gate + sums.timesState, gate + sums.timesOne, logInput),
    ]),
  };
}
