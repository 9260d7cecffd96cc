import type { BoundQuestion } from '../bounds/boundQuestion';
import { layersInUse } from '../layersInUse';
import type { BoundResult, LeverReport } from '../report';
import { answerOf, isVacuous } from './explainedRow';
import {
  longestSequence,
  scaledMatrix,
  trainingSequences,
  withScaledMatrix,
  withSequences,
  withSteps,
} from './variedQuestion';

/** A change that would help a bound, and the question with it. */
interface Lever {
  readonly change: string;
  /** What was taken for granted to predict its effect. */
  readonly assuming: string;
  readonly question: BoundQuestion;
}

/** Less than this share saved is not worth a line. */
const leastSaving = 0.001;

/**
 * What each of the known levers would do to a row: to its bound, or, while the bound is nearly vacuous and hardly moves, to its
 * nats for each training sequence, which it depends on (theory section 5); where it has no nats, to what it is before it is
 * clipped. The one that saves most comes first.
 */
export function levers(question: BoundQuestion, row: BoundResult): LeverReport[] {
  const before = { row, sequences: trainingSequences(question) };
  const found: LeverReport[] = [];
  for (const { change, assuming, question: changed } of leversOf(question)) {
    const after = answerOf(changed, row);
    if (!after) continue;
    const effect = effectOf(before, { row: after, sequences: trainingSequences(changed) });
    if (effect.saving >= leastSaving) found.push({ change, assuming, ...effect });
  }
  return found.sort((a, b) => b.saving - a.saving);
}

type Effect = Pick<LeverReport, 'measure' | 'before' | 'after' | 'saving' | 'value'>;

interface Answered {
  readonly row: BoundResult;
  readonly sequences: number | null;
}

function effectOf(before: Answered, after: Answered): Effect {
  const value = after.row.value!;
  if (!isVacuous(before.row)) return saved('bound', before.row.value!, value, value);
  const [own, other] = [natsEach(before), natsEach(after)];
  if (own !== null && other !== null) return saved('natsPerSequence', own, other, value);
  return saved('log10', before.row.log10!, after.row.log10!, value);
}

const natsEach = ({ row, sequences }: Answered): number | null =>
  row.nats === null || sequences === null ? null : row.nats / sequences;

function saved(measure: Effect['measure'], before: number, after: number, value: number): Effect {
  // Shares of what is beyond the largest double are computed from logarithms.
  const ratio = measure === 'log10' ? 10 ** (after - before) : after / before;
  return { measure, before, after, saving: 1 - ratio, value };
}

const asTheyAre = 'the empirical losses stay as they are';

function leversOf(question: BoundQuestion): Lever[] {
  return [
    ...normLevers(question),
    ...dataLevers(question),
    ...declarationLevers(question),
    ...(question.reference || !isPlain(question) ? [] : [referenceLever(question)]),
  ];
}

/** Whether matrices and vectors of recurrent layers and V and c are all that is learned: what it takes to predict the rest. */
const isPlain = ({ checkpoint, measured }: BoundQuestion): boolean =>
  (measured.hidden ?? []).length === 0 &&
  measured.layers.every(({ pooled }) => (pooled ?? null) === null) &&
  checkpoint.layers.every(({ input }) => input.kind !== 'frontEnd' || !('embedding' in input));

/** With a reference it is the distance that counts, and how a cap would change that is not known. */
function normLevers(question: BoundQuestion): Lever[] {
  const { checkpoint, measured, reference } = question;
  if (reference) return [];
  // The mean filters of a convolution that is averaged are measured by themselves.
  const used = layersInUse(checkpoint).filter((layer) => (measured.layers[layer]!.pooled ?? null) === null);
  return used.flatMap((layer) =>
    measured.layers[layer]!.matrices.flatMap(({ parameter, spectral }, matrix): Lever[] => {
      if (parameter.role !== 'recurrent' || spectral.upper <= 1) return [];
      const place = used.length > 1 ? ` of ${measured.layers[layer]!.layer.name}` : '';
      return [
        {
          change: `Cap ‖${parameter.name}‖₂${place} at 1, where it is ${spectral.upper.toPrecision(3)}`,
          assuming: 'the whole matrix shrinks by that factor, and the margins stay as they are',
          question: withScaledMatrix(question, { layer, matrix }, 1 / spectral.upper),
        },
      ];
    }),
  );
}

function dataLevers(question: BoundQuestion): Lever[] {
  const sequences = trainingSequences(question);
  const steps = longestSequence(question);
  return [
    ...(sequences === null
      ? []
      : [
          {
            change: `Train on twice as many sequences: ${(2 * sequences).toLocaleString('en-US')}`,
            assuming: `they are independent, and ${asTheyAre}`,
            question: withSequences(question, 2 * sequences),
          },
        ]),
    ...(steps === null || steps < 2
      ? []
      : [
          {
            change: `Cut sequences to half their length: at most ${Math.ceil(steps / 2).toLocaleString('en-US')} steps`,
            assuming: asTheyAre,
            question: withSteps(question, Math.ceil(steps / 2)),
          },
        ]),
  ];
}

/** What is known in advance costs nothing; only who knows it may declare it. */
function declarationLevers(question: BoundQuestion): Lever[] {
  const { declarations, sample } = question;
  const { architectureFixed, inputDomain } = declarations;
  const found: Lever[] = [];
  if (architectureFixed !== true) {
    found.push({
      change: 'Declare "architectureFixed"',
      assuming: 'cell, width and depth were fixed before the data were seen',
      question: { ...question, declarations: { ...declarations, architectureFixed: true } },
    });
  }
  if (sample?.inputNorm && sample.lengths) {
    const { two, inf } = sample.inputNorm;
    const limits = { norm2: two, normInf: inf, maxLength: sample.lengths.longest };
    found.push({
      change: 'Declare "inputDomain": the largest norms and length that an input can have',
      assuming: 'they were known before the data were seen, and are those of these data',
      question: { ...question, declarations: { ...declarations, inputDomain: { ...limits, ...inputDomain } } },
    });
  }
  return found;
}

/** Near: each weight of the checkpoint moved by a tenth of itself since. */
function referenceLever(question: BoundQuestion): Lever {
  const share = 0.1;
  const { checkpoint, measured } = question;
  const moved = (values: Float32Array | Float64Array): Float64Array =>
    Float64Array.from(values, (value) => share * value);
  const layers = checkpoint.layers.map((layer) => ({
    ...layer,
    biases: layer.biases.map((bias) => ({ ...bias, values: moved(bias.values) })),
  }));
  const { readout } = checkpoint;
  const distance = {
    checkpoint: {
      ...checkpoint,
      layers,
      readout: readout && { ...readout, bias: readout.bias && { ...readout.bias, values: moved(readout.bias.values) } },
    },
    measured: {
      ...measured,
      layers: measured.layers.map(({ matrices, ...others }, k) => ({
        ...others,
        layer: layers[k]!,
        matrices: matrices.map((matrix) => scaledMatrix(matrix, share)),
      })),
      readout: measured.readout && scaledMatrix(measured.readout, share),
    },
  };
  return {
    change: 'Train from a reference checkpoint that is near, and name it with "reference"',
    assuming: 'each weight moves by a tenth of itself, and the reference has never seen these data',
    question: { ...question, reference: { file: 'a reference', start: { checkpoint, measured }, distance } },
  };
}
