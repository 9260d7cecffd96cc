import type { BoundQuestion } from '../bounds/boundQuestion';
import { roundedUp } from '../roundedUp';
import { answerOf, type RowName } from './explainedRow';
import { trainingSequences, withSequences } from './variedQuestion';

/** More independent sequences than that nobody has. */
const most = 1e15;

/**
 * How many training sequences, with the empirical losses as they are, bring a row's bound down to a target: enough, and at most
 * a fiftieth more than needed. Found by bisection over the row itself, in which γ is chosen anew. null where no number of
 * sequences is enough, because the loss alone is above the target.
 */
export function sequencesToReach(question: BoundQuestion, row: RowName, target: number): number | null {
  const reaches = (sequences: number): boolean =>
    (answerOf(withSequences(question, sequences), row)?.value ?? 1) <= target;
  let enough = trainingSequences(question);
  if (enough === null) return null;
  let tooFew = 0;
  while (!reaches(enough)) {
    tooFew = enough;
    enough *= 8;
    if (enough > most) return null;
  }
  while (enough > tooFew * 1.01 && enough - tooFew > 1) {
    const middle = Math.max(tooFew + 1, Math.floor(tooFew === 0 ? enough / 8 : Math.sqrt(tooFew * enough)));
    if (reaches(middle)) enough = middle;
    else tooFew = middle;
  }
  return roundedUp(enough, 3);
}
