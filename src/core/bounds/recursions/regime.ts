export type Regime = 'contracting' | 'critical' | 'expanding';

/**
 * Which of the three cases of Chen, Li & Zhao 2019 (§1, Table 1) a vanilla network is in at length t: β ≤ 1 − 1/t,
 * |β − 1| < 1/t or β ≥ 1 + 1/t (theory 2.4). Null without a length.
 */
export function regime(beta: number, length: number | null): Regime | null {
  if (length === null) return null;
  if (beta <= 1 - 1 / length) return 'contracting';
  return beta < 1 + 1 / length ? 'critical' : 'expanding';
}
