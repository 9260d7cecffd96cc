import type { BoundQuestion } from '../bounds/boundQuestion';
import { someBounds } from '../bounds/everyBound';
import type { BoundResult } from '../report';

/** One theorem in one norm. */
export type RowName = Pick<BoundResult, 'id' | 'p'>;

/** Whether a row is certified and about the class of all networks with such norms: what norms, lengths and counts can change. */
export const isAboutNorms = ({ status, p }: Pick<BoundResult, 'status' | 'p'>): boolean =>
  status === 'certified' && p !== null;

/**
 * The best certified row about norms, which explanations are about; null when none has a number. Of rows that are vacuous
 * alike, the one with the fewest nats.
 */
export function explainedRow(bounds: readonly BoundResult[]): BoundResult | null {
  let best: BoundResult | null = null;
  for (const row of bounds) {
    if (!isAboutNorms(row) || row.value === null) continue;
    if (best === null || isBetter(row, best)) best = row;
  }
  return best;
}

function isBetter(row: BoundResult, other: BoundResult): boolean {
  if (!isVacuous(row) || !isVacuous(other)) return row.value! < other.value!;
  if (row.nats !== null || other.nats !== null) return (row.nats ?? Infinity) < (other.nats ?? Infinity);
  return row.log10! < other.log10!;
}

/** A bound so close to 1 that it hardly moves, whatever is done to its nats. */
export const isVacuous = ({ value }: Pick<BoundResult, 'value'>): boolean => value === null || value > 0.9;

/** The row's answer to another question; null where it has no number there. */
export function answerOf(question: BoundQuestion, { id, p }: RowName): BoundResult | null {
  const [row] = someBounds(question, (header) => header.id === id && header.p === p);
  return row && row.value !== null ? row : null;
}
