import { gammaGrid } from '../classes/selectionCost';

/** The empirical loss at each γ of the grid. */
export type LossAtGamma = readonly number[];

export interface AtGamma<T> {
  readonly gamma: number;
  readonly loss: number;
  readonly result: T;
}

/**
 * The γ of the grid with the smallest bound; ties (every bound vacuous) are broken by `order`, the second number. The loss
 * never falls and the complexity never rises as γ grows, so of equal losses only the largest γ is tried, and none whose
 * loss alone reaches the best bound so far.
 */
export function bestGamma<T>(
  losses: LossAtGamma,
  evaluate: (gamma: number, loss: number) => { readonly bound: number; readonly order: number; readonly result: T },
): AtGamma<T> {
  let best: (AtGamma<T> & { bound: number; order: number }) | null = null;
  for (let k = 0; k < gammaGrid.length; k++) {
    const gamma = gammaGrid[k]!;
    const loss = losses[k]!;
    if (losses[k + 1] === loss || (best !== null && best.bound <= loss)) continue;
    const { bound, order, result } = evaluate(gamma, loss);
    if (best === null || bound < best.bound || (bound === best.bound && order < best.order)) {
      best = { gamma, loss, result, bound, order };
    }
  }
  if (best === null) throw new Error('The grid of γ is empty.');
  return best;
}
