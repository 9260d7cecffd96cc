import type { BoundQuestion, BoundSample } from '../bounds/boundQuestion';
import { tabulated } from '../bounds/margins/lossesOnGrid';
import { sequenceCount, type LossTable, type Margins } from '../bounds/margins/margins';
import { gammaGrid } from '../bounds/classes/selectionCost';

/** A question about data or a network that differ in one way from those that were measured; null where they cannot. */

/** How many sequences trained the checkpoint; null when there are none with losses. */
export function trainingSequences({ sample }: BoundQuestion): number | null {
  if (sample?.training) return sequenceCount(sample.training);
  return sample?.regression?.training?.sequences ?? null;
}

/** The longest training sequence. */
export const longestSequence = ({ sample }: BoundQuestion): number | null => sample?.lengths?.longest ?? null;

/** The same question, with losses on the grid of γ in the place of the margins. */
export const withLossesKnown = (question: BoundQuestion): BoundQuestion =>
  withSample(question, ({ training, ...sample }) => ({ ...sample, training: training && tabulated(training) }));

/** So many training sequences, with the same empirical losses. */
export const withSequences = (question: BoundQuestion, sequences: number): BoundQuestion =>
  withSample(question, ({ training, regression, ...sample }) => ({
    ...sample,
    training: training && withTable(training, (table) => ({ ...table, sequences })),
    ...(regression && {
      regression: { ...regression, training: regression.training && { ...regression.training, sequences } },
    }),
  }));

/** γ fixed at one point of its grid. What choosing it costs is paid as before, so that only the trade-off is seen. */
export const withGamma = (question: BoundQuestion, gamma: number): BoundQuestion =>
  withSample(question, ({ training, ...sample }) => {
    // Every row takes the best γ, and none whose loss is infinite.
    const only = (values: readonly number[]): number[] =>
      values.map((value, k) => (gammaGrid[k] === gamma ? value : Infinity));
    return {
      ...sample,
      training:
        training && withTable(training, (table) => ({ ...table, ramp: only(table.ramp), margin: only(table.margin) })),
    };
  });

/** Sequences of another length, all scaled alike: the longest has so many steps. A declared limit of lengths moves with it. */
export function withSteps(question: BoundQuestion, steps: number): BoundQuestion {
  const { checkpoint, declarations, sample } = question;
  const before = sample?.lengths?.longest ?? steps;
  const scaled = (length: number): number =>
    length === before ? steps : Math.max(1, Math.round((length * steps) / before));
  const { maxLength } = declarations.inputDomain ?? {};
  return {
    ...withSample(question, ({ lengths, inputGroups, ...others }) => ({
      ...others,
      lengths: lengths && { shortest: scaled(lengths.shortest), longest: steps },
      ...(inputGroups && { inputGroups: inputGroups.map((group) => ({ ...group, longest: scaled(group.longest) })) }),
    })),
    // A model with a frozen time axis reads so many steps, however long its sequences are.
    checkpoint: {
      ...checkpoint,
      inputs: checkpoint.inputs.map((input) => ({
        ...input,
        shape: input.shape.map((size, axis) => (axis === input.timeAxis && size !== null ? scaled(size) : size)),
      })),
    },
    declarations:
      maxLength === undefined
        ? declarations
        : { ...declarations, inputDomain: { ...declarations.inputDomain, maxLength: scaled(maxLength) } },
  };
}

export const withDelta = (question: BoundQuestion, delta: number): BoundQuestion => ({
  ...question,
  declarations: { ...question.declarations, delta },
});

/** The matrix of that place in its layer with all its norms times a factor; margins stay as they are. */
export const withScaledMatrix = (
  question: BoundQuestion,
  place: { readonly layer: number; readonly matrix: number },
  factor: number,
): BoundQuestion => ({
  ...question,
  measured: {
    ...question.measured,
    layers: question.measured.layers.map((measured, k) =>
      k !== place.layer
        ? measured
        : {
            ...measured,
            matrices: measured.matrices.map((matrix, j) =>
              j === place.matrix ? scaledMatrix(matrix, factor) : matrix,
            ),
          },
    ),
  },
});

type Measured = BoundQuestion['measured']['layers'][number]['matrices'][number];

/** Every norm is homogeneous. */
export function scaledMatrix<M extends Pick<Measured, 'norms' | 'spectral'>>(matrix: M, factor: number): M {
  const norms: { -readonly [Name in keyof Measured['norms']]: number } = { ...matrix.norms };
  for (const name of Object.keys(norms) as (keyof Measured['norms'])[]) norms[name] *= factor;
  const { lower, upper } = matrix.spectral;
  return { ...matrix, norms, spectral: { lower: factor * lower, upper: factor * upper } };
}

function withTable(margins: Margins, change: (table: LossTable) => LossTable): Margins {
  const { table, ...losses } = tabulated(margins);
  return { ...losses, table: change(table) };
}

const withSample = (question: BoundQuestion, change: (sample: BoundSample) => BoundSample): BoundQuestion => ({
  ...question,
  sample: question.sample && change(question.sample),
});
