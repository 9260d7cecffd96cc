import { addLogs } from './logarithms';
import type { GateRange, Norm } from '../classes/networkClass';

/**
 * ln conv(a, b) for h = (1 − z)∘u + z∘v with ‖Δu‖ ≤ a, ‖Δv‖ ≤ b and the gate z in [low, high] (theory 3.1): for the
 * Euclidean norm √((1 − low) a² + high b²), for the maximum norm the larger end of (1 − z) a + z b.
 */
export function logConvex(p: Norm, { low, high }: GateRange, a: number, b: number): number {
  if (p === 2) return addLogs(Math.log(1 - low) + 2 * a, Math.log(high) + 2 * b) / 2;
  const at = (z: number): number => addLogs(Math.log(1 - z) + a, Math.log(z) + b);
  return Math.max(at(low), at(high));
}

/** ln ẑ, the factor with which a change of v alone passes a gate with this range: √high for p = 2, high for p = ∞. */
export const logPass = (p: Norm, { high }: GateRange): number => (p === 2 ? Math.log(high) / 2 : Math.log(high));
