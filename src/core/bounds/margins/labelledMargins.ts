import type { Observations } from '../../observations';
import { Problem } from '../../problem';
import type { Labels } from '../../sequences';
import { answeredSteps } from './answeredSteps';
import { binaryMargin, margin, type Margins } from './margins';

/**
 * The margins of some of the sequences, one for each answer (see `answeredSteps`). One score is a scalar s with labels 0 and 1
 * (theory section 0).
 *
 * @throws Problem where a label is no class of the model, or labels and scores do not have the same steps.
 */
export function labelledMargins(
  scores: NonNullable<Observations['scores']>,
  labels: Extract<Labels, { kind: 'classes' }>,
  lengths: Int32Array,
  members: readonly number[],
): Margins {
  const classes = Math.max(2, scores.width);
  const values: number[] = [];
  const starts = answeredSteps(scores, labels, lengths, members, (answer, sequence, scoreStep, labelStep) => {
    const label = labels.values[labelStep]!;
    if (label < 0 || label >= classes) {
      throw new Problem(
        `Label ${label} of sequence ${sequence} is none of the ${classes} classes of the model: labels must be 0 to ${classes - 1}.`,
      );
    }
    const offset = scoreStep * scores.width;
    const value =
      scores.width === 1
        ? binaryMargin(scores.values[offset]!, label)
        : margin(scores.values, label, offset, scores.width);
    // A score that overflowed says nothing about the exact network, so it counts as an error.
    values[answer] = value === Infinity ? NaN : value;
  });
  return { values: Float64Array.from(values), starts };
}
