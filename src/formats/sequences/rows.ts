import type { ModelInput } from '../../core/checkpoint';
import { counted } from '../../core/counted';
import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';
import { isNeeded, sequenceShape } from './assembleSequences';

/** One sequence as a text file gives it, step by step. */
export interface Row {
  /** features[t] is what the input holds at step t. */
  readonly features: readonly (readonly number[])[];
  /** One label, or one a step; null when the file has none. */
  readonly label: number | readonly number[] | null;
  readonly holdout: boolean | null;
  /** Where the sequence stands in the file, for messages. */
  readonly place: string;
}

/**
 * Puts sequences of several lengths into arrays of one length, padded with zeros, as `.npz` files have them. Labels that
 * are all whole numbers are classes; any other number makes them values.
 *
 * @throws Problem when the model has several inputs, or a sequence does not fit its input.
 */
export function arraysOfRows(
  rows: readonly Row[],
  inputs: readonly ModelInput[],
  fileName: string,
): ReadonlyMap<string, Tensor> {
  const input = onlyInput(inputs, fileName);
  const [, width = null] = sequenceShape(input);
  const scalar = sequenceShape(input).length === 1;
  const size = scalar ? 1 : (width ?? rows[0]?.features[0]?.length ?? 0);
  const steps = stepsOf(rows, input);
  const values = new Float64Array(rows.length * steps * size);
  rows.forEach(({ features, place }, sequence) => {
    if (features.length === 0) throw new Problem(`The sequence in ${place} of ${fileName} has no steps.`);
    if (features.length > steps)
      throw new Problem(
        `The sequence in ${place} of ${fileName} has ${counted(features.length, 'step')}, but the model takes at most ${steps}.`,
      );
    features.forEach((step, t) => {
      if (step.length !== size)
        throw new Problem(
          `A step of the sequence in ${place} of ${fileName} has ${counted(step.length, 'number')}, but the input ${input.name} takes ${size}.`,
        );
      values.set(step, (sequence * steps + t) * size);
    });
  });
  const dims = scalar ? [rows.length, steps] : [rows.length, steps, size];
  const arrays = new Map<string, Tensor>([[input.name, { dims, values }]]);
  const lengths = Int32Array.from(rows, ({ features }) => features.length);
  if (lengths.some((length) => length !== steps)) arrays.set('lengths', { dims: [rows.length], values: lengths });
  addLabels(arrays, rows, steps, fileName);
  if (rows.some(({ holdout }) => holdout !== null)) {
    arrays.set('holdout', { dims: [rows.length], values: Uint8Array.from(rows, ({ holdout }) => (holdout ? 1 : 0)) });
  }
  return arrays;
}

function onlyInput(inputs: readonly ModelInput[], fileName: string): ModelInput {
  const needed = inputs.filter(isNeeded);
  const [input] = needed;
  if (needed.length === 1 && input && input.timeAxis !== null && input.batchAxis !== null) {
    const rank = sequenceShape(input).length;
    const timeFirst = input.timeAxis === (input.batchAxis < input.timeAxis ? 1 : 0);
    if (timeFirst && rank <= 2) return input;
  }
  throw new Problem(
    `${fileName} can hold the sequences of a model with one input of steps × features only; for the inputs ${needed.map(({ name }) => name).join(', ')} save an .npz file with numpy.savez.`,
  );
}

function stepsOf(rows: readonly Row[], input: ModelInput): number {
  const [declared] = sequenceShape(input);
  let longest = 0;
  for (const { features } of rows) longest = Math.max(longest, features.length);
  return declared ?? longest;
}

function addLabels(arrays: Map<string, Tensor>, rows: readonly Row[], steps: number, fileName: string): void {
  const labelled = rows.filter(({ label }) => label !== null);
  if (labelled.length === 0) return;
  const perStep = labelled.some(({ label }) => typeof label !== 'number');
  const values = new Float64Array(rows.length * (perStep ? steps : 1));
  rows.forEach(({ label, features, place }, sequence) => {
    if (typeof label === 'number' && !perStep) values[sequence] = label;
    else if (label === null || typeof label === 'number')
      throw new Problem(
        `The sequence in ${place} of ${fileName} has ${label === null ? 'no label' : 'one label'}, but others have ${perStep ? 'one a step' : 'one'}.`,
      );
    else if (label.length !== features.length)
      throw new Problem(
        `The sequence in ${place} of ${fileName} has ${counted(label.length, 'label')} for ${counted(features.length, 'step')}.`,
      );
    else values.set(label, sequence * steps);
  });
  const dims = perStep ? [rows.length, steps] : [rows.length];
  const whole = values.every(Number.isSafeInteger);
  arrays.set('labels', { dims, values: whole ? BigInt64Array.from(Array.from(values, BigInt)) : values });
}
