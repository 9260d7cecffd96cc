import { defaultDelta, type BoundQuestion } from '../../../../src/core/bounds/boundQuestion';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import type { BoundResult } from '../../../../src/core/report';

/**
 * All rows, each certified one with this share of δ, however many they are; the others with the whole default. So what another
 * program computed stays true when rows are added.
 */
export function boundsWithShare(question: BoundQuestion, share: number): BoundResult[] {
  const declared = (delta: number): BoundResult[] =>
    everyBound({ ...question, declarations: { ...question.declarations, delta } });
  const whole = declared(defaultDelta);
  // A row that turned out not to apply has had its share all the same.
  const certified = whole.filter(({ delta }) => delta !== defaultDelta);
  const shared = declared(share * certified.length);
  return whole.map((row, k) => (row.status === 'certified' ? shared[k]! : row));
}
