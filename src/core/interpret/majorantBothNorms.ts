import type { Cell } from '../cells/cell';
import { roots } from '../cells/cell';
import { inOrder, type Size } from '../cells/language';
import { parametersOf } from '../cells/parametersOf';
import { widthOf } from '../cells/sizes';
import type { Majorant, Reach } from './majorantReach';

/**
 * Whether a cell rotates its state. Rotations keep Euclidean lengths, but in the max norm each loses a factor of √2 at every
 * step, so that coefficients grow exponentially where those for the Euclidean norm do not.
 */
export const isRotating = (cell: Cell): boolean =>
  inOrder(roots(cell)).some(({ operation }) => operation === 'rotate' || operation === 'modRelu');

/** ln κ_A with ‖ΔA‖₂ ≤ κ_A ‖ΔA‖_∞ for the blocks of a cell: the root of the rows of a matrix, of the entries of a vector. */
export function logNormRatios(cell: Cell, sizes: Readonly<Record<Size, number>>): Map<string, number> {
  const blocks = [
    ...parametersOf(cell).map(({ name, rows }) => [name, rows] as const),
    ...cell.states.map(({ name, before }) => [name, before.size] as const),
  ];
  return new Map(blocks.map(([name, size]) => [name, Math.log(widthOf(sizes, size)) / 2]));
}

/**
 * Coefficients for the max norm, or those for the Euclidean norm where they are better: ‖Δv‖_∞ ≤ ‖Δv‖₂ ≤ L_A ‖ΔA‖₂ ≤
 * L_A κ_A ‖ΔA‖_∞, block by block.
 */
export function betterReach(inMax: Reach, inTwo: Reach, ratios: ReadonlyMap<string, number>): Reach {
  const logMoves = new Map(inMax.logMoves);
  for (const [name, log] of logMoves) {
    logMoves.set(name, Math.min(log, inTwo.logMoves.get(name)! + ratios.get(name)!));
  }
  return { ...inMax, logMoves };
}

export const betterMajorant = (inMax: Majorant, inTwo: Majorant, ratios: ReadonlyMap<string, number>): Majorant => ({
  ...inMax,
  ...betterReach(inMax, inTwo, ratios),
  states: new Map(
    [...inMax.states].map(([name, reach]) => [name, betterReach(reach, inTwo.states.get(name)!, ratios)]),
  ),
});
