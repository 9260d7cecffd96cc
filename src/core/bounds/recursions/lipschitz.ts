import { gruAfterRecursion, gruBeforeRecursion } from './gruRecursion';
import { lstmRecursion } from './lstmRecursion';
import { mguRecursion } from './mguRecursion';
import type { CellKind, LogNorms, RecursionSetting, StateSensitivity } from '../classes/networkClass';
import { logNorm } from '../classes/networkClass';
import { vanillaRecursion } from './vanillaRecursion';

/** How far the scores move: sup ‖y − y′‖_p ≤ Σ_A L_A ‖A − A′‖_p over any two networks within the given norms. */
export interface Lipschitz {
  /** ln H_t, the largest hidden state. */
  readonly logState: number;
  /** ln L_A for every block that exists. */
  readonly logConstants: ReadonlyMap<string, number>;
}

const recursions: Readonly<Record<CellKind, (setting: RecursionSetting, norms: LogNorms) => StateSensitivity>> = {
  vanilla: vanillaRecursion,
  mgu: mguRecursion,
  gru_before: gruBeforeRecursion,
  gru_after: gruAfterRecursion,
  lstm: lstmRecursion,
};

export const stateSensitivity = (setting: RecursionSetting, norms: LogNorms): StateSensitivity =>
  recursions[setting.architecture.cell](setting, norms);

/** L_A = ρ_y ‖V‖ D_A, L_V = ρ_y H_t, L_c = ρ_y (theory 1.2 and 3). */
export function lipschitz(setting: RecursionSetting, norms: LogNorms): Lipschitz {
  const { logState, logMoves } = stateSensitivity(setting, norms);
  const slope = Math.log(setting.architecture.readoutSlope);
  const constants = new Map<string, number>();
  for (const name of norms.keys()) {
    if (name === 'V') constants.set(name, slope + logState);
    else if (name === 'c') constants.set(name, slope);
    else constants.set(name, slope + logNorm(norms, 'V') + (logMoves.get(name) ?? -Infinity));
  }
  return { logState, logConstants: constants };
}
