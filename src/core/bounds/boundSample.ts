import type { Split } from '../analysis/split';
import type { Checkpoint } from '../checkpoint';
import type { Declarations } from '../declarations';
import type { Observations } from '../observations';
import { Problem } from '../problem';
import type { Labels, Sequences } from '../sequences';
import type { BoundSample } from './boundQuestion';
import { inputGroups } from './classes/inputGroups';
import { labelledMargins } from './margins/labelledMargins';
import { regressionSample } from './regression/regressionSample';
import { decidesAtZero } from './margins/scalarDecision';

interface Run {
  readonly checkpoint: Checkpoint;
  readonly sequences: Sequences;
  readonly observations: Observations;
  readonly split: Split;
  readonly declarations: Declarations;
}

/** What a run of the model on the user's sequences says to the theorems. */
export function boundSample({ checkpoint, sequences, observations, split, declarations }: Run): BoundSample {
  const { scores, lengths } = observations;
  const labels = sequences.labels && withTask(sequences.labels, declarations.task);
  const unusable = labels && whyUnusable(labels, observations, checkpoint, declarations);
  const regression =
    labels?.kind === 'values' && scores && unusable === null
      ? regressionSample({ scores, lengths }, labels, split, declarations)
      : null;
  const withheld = typeof regression === 'string' ? regression : unusable;
  const part = (members: readonly number[]) =>
    labels?.kind === 'classes' && scores && withheld === null && members.length > 0
      ? labelledMargins(scores, labels, lengths, members)
      : null;
  const trainingLengths = split.training.map((i) => lengths[i]!);
  return {
    task: labels === null ? null : labels.kind === 'classes' ? 'classification' : 'regression',
    training: part(split.training),
    heldOut: part(split.heldOut),
    regression: typeof regression === 'string' ? null : regression,
    withheld,
    scoreWidth: scores?.width ?? null,
    everyStep: labels !== null && labels.steps > 1,
    lengths:
      trainingLengths.length === 0
        ? null
        : {
            shortest: trainingLengths.reduce((a, b) => Math.min(a, b)),
            longest: trainingLengths.reduce((a, b) => Math.max(a, b)),
          },
    inputNorm: observations.inputNorm,
    inputGroups:
      observations.inputNorms && split.training.length > 0
        ? inputGroups(lengths, observations.inputNorms, split.training)
        : null,
    readoutCompared: observations.readoutCompared,
    otherGraph: observations.otherGraph ?? false,
    stateGiven: checkpoint.inputs.some(
      ({ name, role }) => role === 'state' && (sequences.inputs.has(name) || sequences.fixed.has(name)),
    ),
  };
}

/** Labels as the declared task wants them (theory rule R10: integers are classes unless a task is declared). */
export function withTask(labels: Labels, task: Declarations['task']): Labels {
  if (task === 'regression' && labels.kind === 'classes') {
    return { kind: 'values', steps: labels.steps, width: 1, values: Float64Array.from(labels.values) };
  }
  if (task === 'classification' && labels.kind === 'values') {
    if (labels.width !== 1 || labels.values.some((value) => !Number.isInteger(value))) {
      throw new Problem(
        'The task is declared as classification, but the labels are not integers: store classes as 0, 1, 2, …',
      );
    }
    const values = Int32Array.from(labels.values);
    const wrapped = labels.values.find((value, k) => values[k] !== value);
    if (wrapped !== undefined)
      throw new Problem(`The label ${wrapped} is too large for a class: labels are 0, 1, 2, …`);
    return { kind: 'classes', steps: labels.steps, values };
  }
  return labels;
}

/** Why scores cannot be held against the labels: there are no margins, or no distances. */
function whyUnusable(
  labels: Labels,
  { scores, lengths }: Observations,
  { readout }: Checkpoint,
  declarations: Declarations,
): string | null {
  const missing = labels.kind === 'classes' ? 'margins' : 'distances from the labels';
  if (!scores)
    return `The model’s scores were not found or could not be used, so there are no ${missing}; see the readout and the notes.`;
  const isUnderstood = readout !== null && (declarations.scores ?? readout.output) === readout.output;
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
  if (scores.steps > 1 && !(isUnderstood && readout.steps === 'every' && scores.steps >= longest)) {
    return `The model gives scores for ${scores.steps} steps, and which steps of a sequence these are was not understood, so there are no ${missing}.`;
  }
  const activation = readout?.finalActivation;
  if (labels.kind === 'values') {
    return isUnderstood && activation !== undefined && activation !== 'none'
      ? `The labels are numbers, and the model answers with ${activations[activation]} of its scores: the scores before it are not what the labels are compared with, and no row is about what comes after it. If the labels are classes, declare "task": "classification".`
      : null;
  }
  if (scores.width > 1) return null;
  if (activation === 'softmax' || activation === 'logSoftmax') {
    return 'A softmax over a single class decides nothing, so there are no margins.';
  }
  return isUnderstood && decidesAtZero(readout)
    ? null
    : 'The model has one output that is neither a dense layer nor its sigmoid, so at which value it decides is unknown and there are no margins. Name an output that is one with "scores" in the sidecar.';
}

const activations = { softmax: 'the softmax', logSoftmax: 'the log-softmax', sigmoid: 'the sigmoid' };
