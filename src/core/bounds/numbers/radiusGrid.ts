import { eighthPower } from './eighthPower';

/**
 * The grid G = {2^(k/8): k = −160 … 160} of radii fixed before the data (theory rule R2). A measured norm v belongs to the
 * class of the smallest grid point that is at least v(1 + 1e-6); each radius that enters a formula costs ln 321 nats.
 */
export const gridCost = Math.log(321);

/** Norms are computed in double precision, where they are never off by this much (theory rule R7). */
export const normSlack = 1 + 1e-6;

const largest = 160;

export interface GridPoint {
  readonly k: number;
  readonly radius: number;
  readonly log: number;
}

export const gridPoint = (k: number): GridPoint => ({ k, radius: eighthPower(k), log: (k / 8) * Math.LN2 });

/** The grid point that stands for a measured norm, or null above 2^20, where a row is not available. */
export function radiusOf(measured: number): GridPoint | null {
  const padded = measured * normSlack;
  if (!(padded <= eighthPower(largest))) return null;
  if (padded <= eighthPower(-largest)) return gridPoint(-largest);
  let k = Math.max(-largest, Math.floor(8 * Math.log2(padded)) - 1);
  while (eighthPower(k) < padded) k++;
  return gridPoint(k);
}

/** The grid points around a logarithm, both ends of the cell it lies in, clamped to the grid: where a minimum over G can be. */
export function gridNeighbours(log: number): readonly GridPoint[] {
  const below = Math.max(-largest, Math.min(largest, Math.floor((8 * log) / Math.LN2)));
  return below === largest ? [gridPoint(below)] : [gridPoint(below), gridPoint(below + 1)];
}
