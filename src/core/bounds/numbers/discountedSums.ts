import { logGeometricSum } from './geometricSum';
import { addLogs } from './logarithms';

/** ln Σ_j λ^(t−j) H_{j−1} and ln Σ_j λ^(t−j), and ln H_t of the state bound itself. */
export interface DiscountedSums {
  readonly logState: number;
  readonly timesState: number;
  readonly timesOne: number;
}

/**
 * The two sums that every coefficient of a gated cell with a constant λ is made of, while the state bound follows
 * H_j = min(cap, θ H_{j−1} + drive) from H_0 = 0. All arguments but `steps` are logarithms.
 */
export function discountedSums(
  lambda: number,
  { theta, drive, cap }: { readonly theta: number; readonly drive: number; readonly cap: number },
  steps: number,
): DiscountedSums {
  let state = -Infinity;
  let timesState = -Infinity;
  for (let step = 1; step <= steps; step++) {
    timesState = addLogs(lambda + timesState, state);
    const next = Math.min(cap, addLogs(theta + state, drive));
    if (next === state) {
      const left = steps - step;
      if (left > 0) timesState = addLogs(left * lambda + timesState, state + logGeometricSum(lambda, left));
      break;
    }
    state = next;
  }
  return { logState: state, timesState, timesOne: logGeometricSum(lambda, steps) };
}
