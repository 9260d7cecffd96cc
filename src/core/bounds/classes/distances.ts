import type { Observations } from '../../observations';
import { Problem } from '../../problem';
import type { Labels } from '../../sequences';
import { answeredSteps } from '../margins/answeredSteps';

type Values = Extract<Labels, { kind: 'values' }>;

/**
 * How far the answers of some sequences are from their labels: sequence i has the entries starts[i] … starts[i + 1] − 1. A
 * distance is Infinity where a score is not a finite number.
 */
export interface Distances {
  /** ‖y − z‖₂ and ‖y − z‖_∞. */
  readonly two: Float64Array;
  readonly inf: Float64Array;
  /** One more entry than there are sequences. */
  readonly starts: Int32Array;
}

/**
 * The distances between scores y and labels z (see `answeredSteps`), raised by what scores may be off from those of exact
 * arithmetic when each is within `slack` · (scale + |y|) of it (theory rule R9; its 1 is the scale here, as labels have units).
 *
 * @throws Problem where labels and scores do not have the same width or the same steps.
 */
export function labelledDistances(
  scores: NonNullable<Observations['scores']>,
  labels: Values,
  lengths: Int32Array,
  members: readonly number[],
  { slack, scale }: { readonly slack: number; readonly scale: number },
): Distances {
  const { width } = scores;
  checkWidth(labels, width);
  const two: number[] = [];
  const inf: number[] = [];
  const starts = answeredSteps(scores, labels, lengths, members, (answer, _sequence, scoreStep, labelStep) => {
    let squares = 0;
    let largest = 0;
    let offSquares = 0;
    let offLargest = 0;
    for (let k = 0; k < width; k++) {
      const score = scores.values[scoreStep * width + k]!;
      const difference = Math.abs(score - labels.values[labelStep * width + k]!);
      const off = slack * (scale + Math.abs(score));
      squares += difference * difference;
      offSquares += off * off;
      // Math.max keeps a NaN.
      largest = Math.max(largest, difference);
      offLargest = Math.max(offLargest, off);
    }
    two[answer] = finiteOr(Math.sqrt(squares) + Math.sqrt(offSquares));
    inf[answer] = finiteOr(largest + offLargest);
  });
  return { two: Float64Array.from(two), inf: Float64Array.from(inf), starts };
}

/**
 * The spread of the labels of some sequences: the root of the mean squared Euclidean distance from their mean, over all
 * answers.
 */
export function labelSpread(
  scores: NonNullable<Observations['scores']>,
  labels: Values,
  lengths: Int32Array,
  members: readonly number[],
): number {
  const { width } = labels;
  checkWidth(labels, scores.width);
  const mean = new Float64Array(width);
  let count = 0;
  answeredSteps(scores, labels, lengths, members, (_answer, _sequence, _scoreStep, labelStep) => {
    count += 1;
    // A running mean does not overflow where the sum would.
    for (let k = 0; k < width; k++) mean[k]! += (labels.values[labelStep * width + k]! - mean[k]!) / count;
  });
  const differences: number[] = [];
  answeredSteps(scores, labels, lengths, members, (_answer, _sequence, _scoreStep, labelStep) => {
    for (let k = 0; k < width; k++) differences.push(Math.abs(labels.values[labelStep * width + k]! - mean[k]!));
  });
  // Squares of shares of the largest one neither overflow nor vanish.
  let largest = 0;
  for (const difference of differences) largest = Math.max(largest, difference);
  if (largest === 0) return 0;
  let squares = 0;
  for (const difference of differences) squares += (difference / largest) ** 2;
  return largest * Math.sqrt(squares / count);
}

function checkWidth({ width }: Values, outputs: number): void {
  if (width === outputs) return;
  throw new Problem(
    `The labels hold ${width === 1 ? 'one number' : `${width} numbers`} for each answer, but the model gives ${outputs === 1 ? 'one score' : `${outputs} scores`}: give a number for each score, in the shape [sequences, ${outputs}] or [sequences, steps, ${outputs}]. If the labels are classes, declare "task": "classification".`,
  );
}

const finiteOr = (value: number): number => (Number.isFinite(value) ? value : Infinity);
