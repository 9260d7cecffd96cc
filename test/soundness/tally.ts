import type { BoundResult } from '../../src/core/report';
import { binomialTail } from './binomialTail';

/** What the runs of one setting say about one row. */
export interface RowTally {
  readonly id: string;
  readonly p: BoundResult['p'];
  /** Runs in which the row had a number. */
  readonly runs: number;
  /** Runs in which it was below the true risk. */
  readonly violations: number;
  /** The probability of a violation that the row allows. */
  readonly share: number;
  /** P(Bin(runs, share) ≥ violations). */
  readonly tail: number;
  /** Runs in which it was below 1. */
  readonly useful: number;
  /** The smallest bound, and the smallest difference from the true risk. */
  readonly smallest: number;
  readonly closest: number;
  /**
   * How many times as far the bound was from the empirical loss as the true risk was, at the least: below 1 is a violation.
   * Infinity where no true risk was above the empirical loss.
   */
  readonly slack: number;
}

export interface Tally {
  add(row: BoundResult, risk: number): void;
  rows(): readonly RowTally[];
}

/** Counts the certified rows of many runs. */
export function tally(): Tally {
  const rows = new Map<string, RowTally>();
  return {
    add({ id, p, status, value, delta, terms }, risk) {
      if (status !== 'certified' || value === null) return;
      const key = `${id} ${p}`;
      const found = rows.get(key);
      const share = delta!;
      if (found && found.share !== share) throw new Error(`The share of δ of ${key} changed from run to run.`);
      const loss = terms[0]?.value ?? null;
      const ratio = loss !== null && risk > loss ? (value - loss) / (risk - loss) : Infinity;
      const runs = (found?.runs ?? 0) + 1;
      const violations = (found?.violations ?? 0) + (isViolated(value, risk) ? 1 : 0);
      rows.set(key, {
        ...{ id, p, share, runs, violations },
        tail: binomialTail(violations, runs, share),
        useful: (found?.useful ?? 0) + (value < 1 ? 1 : 0),
        smallest: Math.min(found?.smallest ?? Infinity, value),
        closest: Math.min(found?.closest ?? Infinity, value - risk),
        slack: Math.min(found?.slack ?? Infinity, ratio),
      });
    },
    rows: () => [...rows.values()],
  };
}

/** A sum of probabilities may be off in its last digits. */
const isViolated = (bound: number, risk: number): boolean => bound < risk - 1e-12;
