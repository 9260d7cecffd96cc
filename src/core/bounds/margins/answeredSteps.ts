import type { Observations } from '../../observations';
import { Problem } from '../../problem';
import type { Labels } from '../../sequences';

/** Where one answer of the model and its label stand: counted in steps, from the first one of the first sequence. */
export type VisitAnswer = (answer: number, sequence: number, scoreStep: number, labelStep: number) => void;

/**
 * Visits the answers of some of the sequences that have a label: one a sequence, from the scores of its last step, where there
 * is one label a sequence; one for each step that is not padding, where there is one label a step. Returns where the answers
 * of each sequence start, with one more entry than there are sequences.
 *
 * @throws Problem where labels and scores do not have the same steps, or a sequence has none.
 */
export function answeredSteps(
  scores: Pick<NonNullable<Observations['scores']>, 'steps'>,
  labels: Pick<Labels, 'steps'>,
  lengths: Int32Array,
  members: readonly number[],
  visit: VisitAnswer,
): Int32Array {
  const everyStep = labels.steps > 1;
  if (everyStep && labels.steps !== scores.steps) {
    throw new Problem(
      `There are ${labels.steps} labels a sequence, but the model gives scores for ${scores.steps === 1 ? 'one step' : `${scores.steps} steps`}: give one label a sequence, or one for each of its steps.`,
    );
  }
  const starts = new Int32Array(members.length + 1);
  members.forEach((i, k) => (starts[k + 1] = starts[k]! + (everyStep ? lengths[i]! : 1)));
  members.forEach((i, k) => {
    if (lengths[i]! < 1) throw new Problem(`Sequence ${i} has no steps: leave empty sequences out.`);
    const first = i * scores.steps;
    if (!everyStep) visit(starts[k]!, i, first + (scores.steps === 1 ? 0 : lengths[i]! - 1), i);
    else for (let t = 0; t < lengths[i]!; t++) visit(starts[k]! + t, i, first + t, i * labels.steps + t);
  });
  return starts;
}
