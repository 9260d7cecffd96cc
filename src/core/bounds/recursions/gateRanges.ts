import type { GateRange } from '../classes/networkClass';
import { radiusOf } from '../numbers/radiusGrid';

export interface GateNorms {
  /** ‖W_g‖_{2→∞}, the largest Euclidean norm of a row. */
  readonly inputRow: number;
  /** ‖U_g‖_∞, the largest absolute row sum. */
  readonly recurrentInf: number;
  /** ‖b_g‖_∞, or null without a bias. */
  readonly biasInf: number | null;
}

/**
 * The range of a gate σ(u) with |u| ≤ K = R(‖W_g‖_{2→∞}) B_x + R(‖U_g‖_∞) h̄ + R(‖b_g‖_∞), the `kappa` ranges of theory rule
 * R6 for p = 2; `radii` is what they add to J. Null when a norm is beyond the grid.
 */
export function gateRange(
  norms: GateNorms,
  inputNorm: number,
  stateInf: number,
): { readonly range: GateRange; readonly radii: number } | null {
  const row = radiusOf(norms.inputRow);
  const recurrent = radiusOf(norms.recurrentInf);
  const bias = norms.biasInf === null ? null : radiusOf(norms.biasInf);
  if (!row || !recurrent || (norms.biasInf !== null && !bias)) return null;
  const reach = row.radius * inputNorm + recurrent.radius * stateInf + (bias?.radius ?? 0);
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
  return { range: { low: logistic(-reach), high: logistic(reach) }, radii: bias ? 3 : 2 };
}
