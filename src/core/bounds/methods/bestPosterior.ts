import type { LossAtGamma } from './bestGamma';
import { gammaGrid } from '../classes/selectionCost';

interface Score {
  readonly bound: number;
  /** Orders bounds that are equal because they are vacuous. */
  readonly order: number;
}

interface Candidate {
  readonly gamma: number;
  readonly loss: number;
  /** null as long as it has not been computed. */
  divergence: number | null;
}

/**
 * The γ of a grid in rising order with the smallest PAC-Bayes bound, where every divergence costs a search of its own. Of equal losses only
 * the largest γ is tried. The divergence falls and is convex in ln γ (the noise that the margin allows grows no faster than γ,
 * and ever more slowly), so between two known ones it is at least what the lines through its neighbours say: the candidate
 * that could be best is computed next, until none could be better than the best known one.
 */
export function bestPosterior(
  losses: LossAtGamma,
  divergenceAt: (gamma: number) => number,
  score: (loss: number, divergence: number, gamma: number) => Score,
  grid: readonly number[] = gammaGrid,
): { readonly gamma: number; readonly loss: number; readonly divergence: number } {
  const candidates = grid.flatMap((gamma, k): Candidate[] =>
    losses[k + 1] === losses[k] ? [] : [{ gamma, loss: losses[k]!, divergence: null }],
  );
  let best: (Candidate & { divergence: number; score: Score }) | null = null;
  const compute = (candidate: Candidate): void => {
    const divergence = divergenceAt(candidate.gamma);
    candidate.divergence = divergence;
    const found = score(candidate.loss, divergence, candidate.gamma);
    if (best === null || isBetter(found, best.score)) best = { ...candidate, divergence, score: found };
  };
  const last = candidates.length - 1;
  for (const k of new Set([last, last >> 1, 0])) compute(candidates[k]!);
  for (;;) {
    let promising: { candidate: Candidate; score: Score } | null = null;
    for (const [k, candidate] of candidates.entries()) {
      if (candidate.divergence !== null) continue;
      const hoped = score(candidate.loss, leastDivergence(candidates, k), candidate.gamma);
      if (promising === null || isBetter(hoped, promising.score)) promising = { candidate, score: hoped };
    }
    if (promising === null || !isBetter(promising.score, best!.score)) return best!;
    compute(promising.candidate);
  }
}

const isBetter = (p: Score, q: Score): boolean => p.bound < q.bound || (p.bound === q.bound && p.order < q.order);

/** A convex function lies above the lines through two of its points, outside of the two. */
function leastDivergence(candidates: readonly Candidate[], k: number): number {
  const known = (step: -1 | 1): Candidate[] => {
    const found: Candidate[] = [];
    for (let j = k + step; found.length < 2 && candidates[j]; j += step) {
      if (candidates[j]!.divergence !== null) found.push(candidates[j]!);
    }
    return found;
  };
  const x = Math.log(candidates[k]!.gamma);
  const line = ([p, q]: readonly Candidate[]): number => {
    if (!p) return 0;
    if (!q) return p.gamma > candidates[k]!.gamma ? p.divergence! : 0;
    const [u, v] = [Math.log(p.gamma), Math.log(q.gamma)];
    return p.divergence! + ((q.divergence! - p.divergence!) * (x - u)) / (v - u);
  };
  return Math.max(0, line(known(-1)), line(known(1)));
}
