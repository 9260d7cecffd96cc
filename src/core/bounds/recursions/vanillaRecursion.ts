import { logGeometricSum } from '../numbers/geometricSum';
import { addLogs } from '../numbers/logarithms';
import { logCap, logNorm, type LogNorms, type RecursionSetting, type StateSensitivity } from '../classes/networkClass';

/**
 * h_t = φ(U h + W x + b), h_0 = 0, β = ρ‖U‖ (theory 1.2, repairing Lemma 2 of Chen, Li & Zhao 2019):
 * H_j = min(cap, β H_{j−1} + ρ(‖W‖ B_x + ‖b‖)), D^U_j = β D^U + ρ H_{j−1}, D^W_j = β D^W + ρ B_x, D^b_j = β D^b + ρ.
 */
export function vanillaRecursion(setting: RecursionSetting, norms: LogNorms): StateSensitivity {
  const { architecture, p, steps, logInput } = setting;
  const slope = Math.log(architecture.slope);
  const beta = slope + logNorm(norms, 'U');
  const drive = slope + addLogs(logNorm(norms, 'W') + logInput, logNorm(norms, 'b'));
  const cap = Math.log(architecture.cap) + logCap(p, architecture.hiddenSize);
  let state = -Infinity;
  let timesState = -Infinity;
  for (let step = 1; step <= steps; step++) {
    timesState = addLogs(beta + timesState, slope + state);
    const next = Math.min(cap, addLogs(beta + state, drive));
    if (next === state) {
      // The state bound has stopped moving, so what is left of the sum is a geometric series.
      const left = steps - step;
      if (left > 0) timesState = addLogs(left * beta + timesState, slope + state + logGeometricSum(beta, left));
      break;
    }
    state = next;
  }
  const timesOne = slope + logGeometricSum(beta, steps);
  return {
    logState: state,
    logMoves: new Map([
      ['U', timesState],
      ['W', timesOne + logInput],
      ['b', timesOne],
    ]),
  };
}
