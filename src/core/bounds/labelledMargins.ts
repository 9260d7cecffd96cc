import type { Observations } from '../observations';
import { Problem } from '../problem';
import type { Labels } from '../sequences';
import { binaryMargin, margin, type Margins } from './margins';

/**
 * The margins of some of the sequences: one a sequence, from the scores of its last step, where there is one label a
 * sequence; one for each step that is not padding, where there is one label a step. One score is a scalar s with labels 0
 * and 1 (theory section 0).
 *
 * @throws Problem where a label is no class of the model, or labels and scores do not have the same steps.
 */
export function labelledMargins(
  scores: NonNullable<Observations['scores']>,
  labels: Extract<Labels, { kind: 'classes' }>,
  lengths: Int32Array,
  members: readonly number[],
): Margins {
  const everyStep = labels.steps > 1;
  if (everyStep && labels.steps !== scores.steps) {
    throw new Problem(
      `There are ${labels.steps} labels a sequence, but the model gives scores for ${scores.steps === 1 ? 'one step' : `${scores.steps} steps`}: give one label a sequence, or one for each of its steps.`,
    );
  }
  const classes = Math.max(2, scores.width);
  const starts = new Int32Array(members.length + 1);
  members.forEach((i, k) => (starts[k + 1] = starts[k]! + (everyStep ? lengths[i]! : 1)));
  const values = new Float64Array(starts[members.length]!);
  const marginAt = (sequence: number, step: number, labelStep: number): number => {
    const label = labels.values[sequence * labels.steps + labelStep]!;
    if (label < 0 || label >= classes) {
      throw new Problem(
        `Label ${label} of sequence ${sequence} is none of the ${classes} classes of the model: labels must be 0 to ${classes - 1}.`,
      );
    }
    const offset = (sequence * scores.steps + step) * scores.width;
    const value =
      scores.width === 1
        ? binaryMargin(scores.values[offset]!, label)
        : margin(scores.values, label, offset, scores.width);
    // A score that overflowed says nothing about the exact network, so it counts as an error.
    return value === Infinity ? NaN : value;
  };
  members.forEach((i, k) => {
    if (lengths[i]! < 1) throw new Problem(`Sequence ${i} has no steps: leave empty sequences out.`);
    if (!everyStep) values[starts[k]!] = marginAt(i, scores.steps === 1 ? 0 : lengths[i]! - 1, 0);
    else for (let step = 0; step < lengths[i]!; step++) values[starts[k]! + step] = marginAt(i, step, step);
  });
  return { values, starts };
}
