import { addLogs } from '../numbers/logarithms';
import {
  gateMoves,
  logCap,
  logNorm,
  type LogNorms,
  type RecursionSetting,
  type StateSensitivity,
} from '../classes/networkClass';

/** ln of how far the cell state and the hidden state move. */
interface Move {
  cell: number;
  hidden: number;
}

/**
 * The repaired Theorem 5 of Chen, Li & Zhao 2019 (T5-fixed, theory 3.2): f, i, o gates, candidate a = tanh(·),
 * c = f∘c + i∘a, h = o∘tanh(c), from c_0 = h_0 = 0. With φ, ι, ω the upper ends of the gates, step j has
 * q = C_{j−1}‖U_f‖/4 + ι‖U_a‖ + ‖U_i‖/4, C_j = φ C_{j−1} + ι, τ = tanh(C_j), and per block
 * c′ = φ c + q h + k_c, h′ = ω c′ + (τ/4)‖U_o‖ h + k_o.
 */
export function lstmRecursion(setting: RecursionSetting, norms: LogNorms): StateSensitivity {
  const { architecture, p, steps, logInput } = setting;
  const high = (gate: string): number => architecture.gates[gate]?.high ?? 1;
  const slope = Math.log(architecture.gateSlope);
  const phi = Math.log(high('f'));
  const iota = Math.log(high('i'));
  const omega = Math.log(high('o'));
  const constantQ = addLogs(iota + logNorm(norms, 'Ua'), slope + logNorm(norms, 'Ui'));
  const cap = logCap(p, architecture.hiddenSize);
  const still = (): Move => ({ cell: -Infinity, hidden: -Infinity });
  // The sums for H_{j−1} (the U) and for 1 (the W and the b). The input gate and the candidate share theirs up to a factor.
  const forget = { timesState: still(), timesOne: still() };
  const write = { timesState: still(), timesOne: still() };
  const output = { timesState: still(), timesOne: still() };
  let cellSize = 0;
  let state = -Infinity;
  for (let step = 1; step <= steps; step++) {
    const logCell = Math.log(cellSize);
    const q = addLogs(slope + logCell + logNorm(norms, 'Uf'), constantQ);
    cellSize = high('f') * cellSize + high('i');
    const tau = Math.log(Math.tanh(cellSize));
    const back = tau + slope + logNorm(norms, 'Uo');
    const advance = (move: Move, intoCell: number, intoHidden: number): void => {
      const cell = addLogs(addLogs(phi + move.cell, q + move.hidden), intoCell);
      move.hidden = addLogs(addLogs(omega + cell, back + move.hidden), intoHidden);
      move.cell = cell;
    };
    advance(forget.timesState, slope + logCell + state, -Infinity);
    advance(forget.timesOne, slope + logCell, -Infinity);
    advance(write.timesState, state, -Infinity);
    advance(write.timesOne, 0, -Infinity);
    advance(output.timesState, -Infinity, slope + tau + state);
    advance(output.timesOne, -Infinity, slope + tau);
    state = cap + omega + tau;
  }
  const moves = (gate: string, factor: number, sums: { timesState: Move; timesOne: Move }): [string, number][] =>
    gateMoves(gate, factor + sums.timesState.hidden, factor + sums.timesOne.hidden, logInput);
  return {
    logState: state,
    logMoves: new Map([
      ...moves('f', 0, forget),
      ...moves('i', slope, write),
      ...moves('a', iota, write),
      ...moves('o', 0, output),
    ]),
  };
}
