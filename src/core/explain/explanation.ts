import type { BoundQuestion } from '../bounds/boundQuestion';
import type { BoundResult, ExplanationReport } from '../report';
import { explainedRow } from './explainedRow';
import { levers } from './levers';
import { sequencesToReach } from './sequencesToReach';
import { withLossesKnown } from './variedQuestion';

/** A bound above one half says less than a coin. */
const target = 0.5;

/** What would help the best certified row about norms; null when no such row has a number. */
export function explanation(question: BoundQuestion, bounds: readonly BoundResult[]): ExplanationReport | null {
  const row = explainedRow(bounds);
  return row && explanationOf(question, row);
}

/** What would help a row that has a number. */
export function explanationOf(question: BoundQuestion, row: BoundResult): ExplanationReport {
  // Losses are worked out once, and not for each of the questions below.
  const asked = withLossesKnown(question);
  return {
    id: row.id,
    p: row.p,
    levers: levers(asked, row),
    sequencesNeeded: { target, sequences: sequencesToReach(asked, row, target) },
  };
}
