import { softplus } from '../numbers/logarithms';
import type { Block } from '../classes/networkClass';

/** A block of a class that is fixed before the data: how far it reaches and how strongly it moves the scores. */
export interface CoveredBlock extends Block {
  /** ln R_A, the radius of the ball that is covered. */
  readonly logRadius: number;
  /** ln L_A. */
  readonly logConstant: number;
  /** ln Λ_A, where the class also limits ‖A‖_{1,1}, the sum of all absolute values, to Λ_A. @default no limit */
  readonly logSum?: number;
}

/**
 * ln N(ε) = Σ_A n_A ln(1 + 2 R_A L_A P / (n_A ε)) (theory 1.4): how many networks of the class suffice so that each one of
 * it has one of them within ε in its scores. ε is split over the blocks in proportion to their parameters. Rows ask again for
 * the same ε, γ and the scales of a chain being on one grid, so each is worked out once.
 */
export function logCoveringNumber(blocks: readonly CoveredBlock[], logEpsilon: number): number {
  const { logShares, answers } = known.get(blocks) ?? remember(blocks);
  // Logarithms of one number that were computed in two ways differ in their last digits.
  const key = Math.round(logEpsilon * 2 ** 40);
  const answer = answers.get(key);
  if (answer !== undefined) return answer;
  let sum = 0;
  for (let k = 0; k < blocks.length; k++) sum += logCover(blocks[k]!, logShares[k]! + logEpsilon);
  answers.set(key, sum);
  return sum;
}

/** What was worked out for a list of blocks: ln of the share of ε that each gets, and ln N by ε. */
interface KnownCovers {
  readonly logShares: Float64Array;
  readonly answers: Map<number, number>;
}

const known = new WeakMap<readonly CoveredBlock[], KnownCovers>();

function remember(blocks: readonly CoveredBlock[]): KnownCovers {
  const covers = { logShares: logSharesOf(blocks), answers: new Map<number, number>() };
  known.set(blocks, covers);
  return covers;
}

function logSharesOf(blocks: readonly CoveredBlock[]): Float64Array {
  const total = countParameters(blocks);
  return Float64Array.from(blocks, ({ parameters }) => Math.log(parameters / total));
}

/** ln N(ε), block by block. */
export function logCovers(blocks: readonly CoveredBlock[], logEpsilon: number): number[] {
  const logShares = logSharesOf(blocks);
  return blocks.map((block, k) => logCover(block, logShares[k]! + logEpsilon));
}

/**
 * ln of how many members of a block suffice so that each has one within ε_A / L_A: of the volume of balls n_A ln(1 + 2 R_A L_A / ε_A);
 * or by Maurey’s argument ⌈4 (Λ_A L_A / ε_A)²⌉ ln(2 n_A), and one, the centre, where ε_A ≥ Λ_A L_A (theory 2.1). For
 * A with ‖A‖_{1,1} ≤ Λ is a mean over the 2 n_A matrices that have ±Λ in one place, and so has a mean of k of these within
 * Λ/√k in the Frobenius norm; such a mean need not belong to the class, so that one of the class is put in its place,
 * at twice the distance.
 */
function logCover({ parameters, logRadius, logConstant, logSum = Infinity }: CoveredBlock, logEpsilon: number): number {
  if (parameters === 0 || logConstant === -Infinity) return 0;
  const volume = parameters * softplus(Math.LN2 + logRadius + logConstant - logEpsilon);
  const logReach = logSum + logConstant - logEpsilon;
  if (logReach <= 0) return 0;
  if (logReach === Infinity) return volume;
  return Math.min(volume, Math.ceil(4 * Math.exp(2 * logReach)) * Math.log(2 * parameters));
}

export function countParameters(blocks: readonly Block[]): number {
  let total = 0;
  for (const block of blocks) total += block.parameters;
  return total;
}
