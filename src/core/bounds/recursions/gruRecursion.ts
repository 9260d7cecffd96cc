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
 * GRU-fixed (theory 3.1), reset before the matrix: a = tanh(W_a x + U_a (r∘h) + b_a), h = (1 − z)∘h + z∘a. The update gate
 * z multiplies the candidate; where it multiplies the old state, give the range [1 − high, 1 − low].
 */
export function gruBeforeRecursion(setting: RecursionSetting, norms: LogNorms): StateSensitivity {
  const { architecture, p, steps, logInput } = setting;
  const update = architecture.gates['z'] ?? { low: 0, high: 1 };
  const reset = Math.log(architecture.gates['r']?.high ?? 1);
  const gateSlope = Math.log(architecture.gateSlope);
  const pass = logPass(p, update);
  const candidate = logNorm(norms, 'Ua');
  const inner = candidate + addLogs(reset, gateSlope + logNorm(norms, 'Ur'));
  const updateMove = Math.LN2 + gateSlope;
  const lambda = addLogs(logConvex(p, update, 0, inner), updateMove + logNorm(norms, 'Uz'));
  const resetMove = pass + candidate + gateSlope;
  const theta = logConvex(p, update, 0, candidate + reset);
  const drive = pass + addLogs(logNorm(norms, 'Wa') + logInput, logNorm(norms, 'ba'));
  const sums = discountedSums(lambda, { theta, drive, cap: logCap(p, architecture.hiddenSize) }, steps);
  return {
    logState: sums.logState,
    logMoves: new Map([
      ...gateMoves('a', pass + reset + sums.timesState, pass + sums.timesOne, logInput),
      ...gateMoves('r', resetMove + sums.timesState, resetMove + sums.timesOne, logInput),
      ...gateMoves('z', updateMove + sums.timesState, updateMove + sums.timesOne, logInput),
    ]),
  };
}

/**
 * GRU-fixed, reset after the matrix: a = tanh(W_a x + b_a + r∘(U_a h + b_u)). What the reset gate multiplies is at most
 * q_j = ‖U_a‖ H_{j−1} + ‖b_u‖, so λ and the reset gate's coefficient change from step to step.
 */
export function gruAfterRecursion(setting: RecursionSetting, norms: LogNorms): StateSensitivity {
  const { architecture, p, steps, logInput } = setting;
  const update = architecture.gates['z'] ?? { low: 0, high: 1 };
  const reset = Math.log(architecture.gates['r']?.high ?? 1);
  const gateSlope = Math.log(architecture.gateSlope);
  const pass = logPass(p, update);
  const candidate = logNorm(norms, 'Ua');
  const innerBias = logNorm(norms, 'bu');
  const updateMove = Math.LN2 + gateSlope;
  const updateNorm = updateMove + logNorm(norms, 'Uz');
  const resetNorm = gateSlope + logNorm(norms, 'Ur');
  const theta = logConvex(p, update, 0, candidate + reset);
  const constantDrive = addLogs(logNorm(norms, 'Wa') + logInput, logNorm(norms, 'ba'));
  const drive = pass + addLogs(constantDrive, reset + innerBias);
  const cap = logCap(p, architecture.hiddenSize);
  let state = -Infinity;
  let timesState = -Infinity;
  let timesOne = -Infinity;
  let resetTimesState = -Infinity;
  let resetTimesOne = -Infinity;
  for (let step = 1; step <= steps; step++) {
    const q = addLogs(candidate + state, innerBias);
    const lambda = addLogs(logConvex(p, update, 0, addLogs(reset + candidate, q + resetNorm)), updateNorm);
    const resetMove = pass + gateSlope + q;
    timesState = addLogs(lambda + timesState, state);
    timesOne = addLogs(lambda + timesOne, 0);
    resetTimesState = addLogs(lambda + resetTimesState, resetMove + state);
    resetTimesOne = addLogs(lambda + resetTimesOne, resetMove);
    state = Math.min(cap, addLogs(theta + state, drive));
  }
  const inner = pass + reset;
  return {
    logState: state,
    logMoves: new Map([
      ...gateMoves('a', inner + timesState, pass + timesOne, logInput),
      ['bu', inner + timesOne],
      ...gateMoves('r', resetTimesState, resetTimesOne, logInput),
      ...gateMoves('z', updateMove + timesState, updateMove + timesOne, logInput),
    ]),
  };
}
