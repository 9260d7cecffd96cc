import { softplus } from './logarithms';
import type { Block } from './networkClass';

/** A block of a class that is fixed before the data: how far it reaches and how strongly it moves the scores. */
export interface CoveredBlock extends Block {
  /** ln R_A, the radius of the ball that is covered. */
  readonly logRadius: number;
  /** ln L_A. */
  readonly logConstant: number;
}

/**
 * ln N(ε) = Σ_A n_A ln(1 + 2 R_A L_A P / (n_A ε)) (theory 1.4): how many networks of the class suffice so that each one of
 * it has one of them within ε in its scores. ε is split over the blocks in proportion to their parameters.
 */
export function logCoveringNumber(blocks: readonly CoveredBlock[], logEpsilon: number): number {
  const total = countParameters(blocks);
  let sum = 0;
  for (const { parameters, logRadius, logConstant } of blocks) {
    if (parameters === 0 || logConstant === -Infinity) continue;
    sum += parameters * softplus(Math.LN2 + logRadius + logConstant + Math.log(total / parameters) - logEpsilon);
  }
  return sum;
}

export function countParameters(blocks: readonly Block[]): number {
  let total = 0;
  for (const block of blocks) total += block.parameters;
  return total;
}
