import { logGeometricSum } from '../numbers/geometricSum';
import { addLogs } from '../numbers/logarithms';
import { stateSensitivity } from './lipschitz';
import { logCap, logNorm, type Block, type LogNorms, type RecursionSetting } from '../classes/networkClass';

/**
 * ν of one block: with probability at least 1 − η no block's noise of deviation σ is larger than σν in the spectral norm
 * (Davidson & Szarek 2001): √rows + √columns + τ for a matrix, √n + τ for a vector.
 */
export const noiseNorm = ({ rows, columns }: Block, tau: number): number =>
  Math.sqrt(rows) + (columns === null ? 0 : Math.sqrt(columns)) + tau;

/**
 * ln Δ_y: how far the scores of a network with these norms can move in the Euclidean norm when each block moves by at most
 * s_A. Vanilla cells: Δ_j = ρ[(‖U‖ + s_U)Δ_{j−1} + s_U H_{j−1} + s_W B_x + s_b] with H of the unperturbed network, then
 * Δ_y = ρ_y[(‖V‖ + s_V)Δ_t + s_V H_t + s_c]. Gated cells: the coefficients of section 3 at the norms ‖A‖ + s_A.
 */
export function logScoreMove(setting: RecursionSetting, norms: LogNorms, logNoise: LogNorms): number {
  const { readoutSlope } = setting.architecture;
  const { logState, logHiddenMove } =
    setting.architecture.cell === 'vanilla'
      ? vanillaMove(setting, norms, logNoise)
      : gatedMove(setting, norms, logNoise);
  const readout = addLogs(logNorm(norms, 'V'), logNorm(logNoise, 'V')) + logHiddenMove;
  return Math.log(readoutSlope) + addLogs(addLogs(readout, logNorm(logNoise, 'V') + logState), logNorm(logNoise, 'c'));
}

interface HiddenMove {
  readonly logState: number;
  readonly logHiddenMove: number;
}

function vanillaMove(
  { architecture, p, steps, logInput }: RecursionSetting,
  norms: LogNorms,
  noise: LogNorms,
): HiddenMove {
  const slope = Math.log(architecture.slope);
  const recurrent = logNorm(norms, 'U');
  const drive = slope + addLogs(logNorm(norms, 'W') + logInput, logNorm(norms, 'b'));
  const noisyRecurrent = slope + addLogs(recurrent, logNorm(noise, 'U'));
  const noisyDrive = slope + addLogs(logNorm(noise, 'W') + logInput, logNorm(noise, 'b'));
  const cap = Math.log(architecture.cap) + logCap(p, architecture.hiddenSize);
  let logState = -Infinity;
  let logHiddenMove = -Infinity;
  for (let step = 1; step <= steps; step++) {
    const fromState = addLogs(slope + logNorm(noise, 'U') + logState, noisyDrive);
    logHiddenMove = addLogs(noisyRecurrent + logHiddenMove, fromState);
    const next = Math.min(cap, addLogs(slope + recurrent + logState, drive));
    if (next === logState) {
      // The state bound has stopped moving, so what is left of the sum is a geometric series.
      const left = steps - step;
      if (left > 0) {
        const rest = fromState + logGeometricSum(noisyRecurrent, left);
        logHiddenMove = addLogs(left * noisyRecurrent + logHiddenMove, rest);
      }
      break;
    }
    logState = next;
  }
  return { logState, logHiddenMove };
}

function gatedMove(setting: RecursionSetting, norms: LogNorms, noise: LogNorms): HiddenMove {
  const noisyNorms = new Map<string, number>();
  for (const [name, log] of norms) noisyNorms.set(name, addLogs(log, logNorm(noise, name)));
  const { logState, logMoves } = stateSensitivity(setting, noisyNorms);
  let logHiddenMove = -Infinity;
  for (const name of norms.keys()) {
    const move = logMoves.get(name);
    if (move !== undefined) logHiddenMove = addLogs(logHiddenMove, move + logNorm(noise, name));
  }
  return { logState, logHiddenMove };
}
