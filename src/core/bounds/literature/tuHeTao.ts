import { addLogs } from '../numbers/logarithms';

/**
 * ln Λ of Tu, He & Tao 2020 (theory section 5): Σ_{l<L} (l + 1) β^l, which is (L + L²)/2 at β = 1.
 */
export function logTuSum(logBeta: number, steps: number): number {
  if (logBeta === -Infinity) return 0;
  let sum = -Infinity;
  for (let l = 0; l < steps; l++) sum = addLogs(sum, Math.log(l + 1) + l * logBeta);
  return sum;
}
