import type { BoundResult } from '../../report';
import { bartlettComplexity } from './bartlett';
import type { BoundedNetwork } from '../classes/boundedNetwork';
import { classRow } from '../certifiedRow';
import { complexityNumber } from '../methods/complexityNumber';
import { golowichComplexity } from './golowich';
import type { InputDomain } from '../classes/inputDomain';
import { sequenceCount } from '../margins/margins';
import { classCost, inputFacts, type ClassSetting } from '../classes/preparedClass';
import { restsOn } from './published';
import { radiusOf } from '../numbers/radiusGrid';
import { inapplicableRow, type RowNumber } from '../rowAnswer';
import type { Row, RowFamily, RowHeader, RowShape } from '../row';
import type { RowContext } from '../rowContext';
import { whyInapplicable } from '../whyNoNumber';

/**
 * Theorems about feedforward networks, of a vanilla layer unrolled in time: certified by theorems that are published and not
 * proved again here. A row that cannot be about this network has no part in δ.
 */
export const unrolledRows: RowFamily = (shape) =>
  shape.cell !== 'vanilla'
    ? []
    : [
        row('Bartlett-2017', 'Bartlett, Foster & Telgarsky 2017, Theorem 3.3', whyNotBartlett(shape), bartlettNumber),
        row('Golowich-2018', 'Golowich, Rakhlin & Shamir 2018, Theorem 1', whyNotGolowich(shape), golowichNumber),
      ];

type Numbers = (
  context: RowContext,
  network: BoundedNetwork,
  setting: ClassSetting,
) => { readonly logComplexity: number; readonly rest: number; readonly radii: number } | string;

function row(id: string, theorem: string, whyNot: string | null, numbers: Numbers): Row {
  const source = `${theorem}, of the network unrolled in time`;
  const header: RowHeader = { id, status: whyNot === null ? 'certified' : 'notApplicable', p: 2, source };
  return {
    header,
    answer: (context) =>
      whyNot === null
        ? restsOn(theorem, answerOf(context, header, numbers))
        : inapplicableRow({ header, delta: context.delta, assumptions: [] }, whyNot),
  };
}

function answerOf(context: RowContext, header: RowHeader, numbers: Numbers): BoundResult {
  return classRow(context, header, context.theorem(), {
    isAboutPopulation: false,
    whyInapplicable: (outputs, question) => whyInapplicable('dudley', outputs, question),
    sequences: ({ training }) => training && sequenceCount(training),
    number: (setting, { training }) => {
      const network = context.network();
      if (typeof network === 'string') return network;
      const found = numbers(context, network, setting);
      if (typeof found === 'string') return found;
      return numberOf(found, setting, context.losses('ramp', training!));
    },
  });
}

function numberOf(
  { logComplexity, rest, radii }: Exclude<ReturnType<Numbers>, string>,
  setting: ClassSetting,
  losses: readonly number[],
): RowNumber {
  const { sequences, delta, domain } = setting;
  const lambda = classCost(setting, radii, 1);
  const confidence = rest + 3 * Math.sqrt((Math.log(2 / delta) + lambda) / (2 * sequences));
  return complexityNumber(
    losses,
    { logComplexity, confidence },
    {
      lambda,
      terms: [
        ['Λ, price of what was chosen', lambda],
        ['m, sequences', sequences],
        ['J, radii', radii],
        ...inputFacts(domain),
        ['T, longest sequence', domain.steps],
      ],
    },
  );
}

const tooLarge = 'A norm is beyond the largest radius of the grid, 2^20.';

/** R ≤ ramp + C/γ + 8/m + confidence, with four radii. */
function bartlettNumber({ question }: RowContext, { architecture, blocks }: BoundedNetwork, setting: ClassSetting) {
  const { measured, reference } = question;
  const distances = reference ? reference.distance.measured.unrolled : measured.unrolled;
  if (!measured.unrolled || !distances) return 'The norms of [U W b] and [V c] were not measured.';
  const points = [
    measured.unrolled.step.two,
    measured.unrolled.readout.two,
    distances.step.rowSum,
    distances.readout.rowSum,
  ].map(radiusOf);
  const [logStep, logReadout, logStepRows, logReadoutRows] = points.flatMap((point) => point?.log ?? []);
  if (logReadoutRows === undefined) return tooLarge;
  const { domain, sequences } = setting;
  const hasBias = blocks.some(({ name }) => name === 'b');
  const hasReadoutBias = blocks.some(({ name }) => name === 'c');
  const { inputSize, hiddenSize, outputs } = architecture;
  const logData = (Math.log(sequences) + logSquares(domain, hasBias ? 1 : 0, hasReadoutBias ? 1 : 0)) / 2;
  const logComplexity = bartlettComplexity({
    ...{ inputSize, hiddenSize, outputs, steps: domain.steps, sequences, hasBias, hasReadoutBias, logData },
    ...{ logStep: logStep!, logReadout: logReadout!, logStepRows: logStepRows!, logReadoutRows },
  });
  return { logComplexity, rest: 8 / sequences, radii: 4 };
}

/** ln of the mean over sequences of Σ_t (‖x_t‖² + perStep) + atEnd, at most. */
function logSquares({ inputNorm, steps, groups = [] }: InputDomain, perStep: number, atEnd: number): number {
  const parts = groups.length > 0 ? groups : [{ share: 1, steps, inputNorm }];
  let mean = 0;
  for (const part of parts) mean += part.share * (part.steps * (part.inputNorm[2]! ** 2 + perStep) + atEnd);
  return Math.log(mean);
}

/** R ≤ ramp + (2/γ) ERC + confidence, with two radii. */
function golowichNumber(_: RowContext, { architecture, blocks }: BoundedNetwork, { domain, sequences }: ClassSetting) {
  const frobenius = (name: string): number => blocks.find((block) => block.name === name)!.frobenius;
  const step = radiusOf(Math.hypot(frobenius('U'), Math.SQRT2 * frobenius('W')));
  const readout = radiusOf(frobenius('V'));
  if (!step || !readout) return tooLarge;
  const logComplexity = golowichComplexity({
    inputSize: architecture.inputSize,
    steps: domain.steps,
    sequences,
    logStep: step.log,
    logReadout: readout.log,
    logInput: logSquares(domain, 0, 0) / 2,
  });
  return { logComplexity: Math.LN2 + logComplexity, rest: 0, radii: 2 };
}

const optionsOf = ({ checkpoint }: RowShape) => checkpoint.layers[0]?.cell?.options;

function whyNotBartlett(shape: RowShape): string | null {
  const { readout } = shape.checkpoint;
  if (readout && readout.steps !== 'last' && readout.steps !== 'every') {
    return 'The readout reads neither the last step nor every step.';
  }
  const options = optionsOf(shape);
  if (!options || (options.clip ?? null) !== null) return 'The row is about vanilla cells without a clip.';
  return options.candidateActivation === 'tanh' || options.candidateActivation === 'relu'
    ? null
    : 'The row is about tanh and relu, which are 0 at 0 with slopes of at most 1.';
}

function whyNotGolowich(shape: RowShape): string | null {
  const other = whyNotBartlett(shape);
  if (other !== null) return other;
  const { layers, readout } = shape.checkpoint;
  if (optionsOf(shape)?.candidateActivation !== 'relu') {
    return 'The theorem needs an activation that is positively homogeneous, as relu is and tanh is not.';
  }
  if (layers[0]!.biases.length > 0 || readout?.bias) return 'The theorem is about networks without biases.';
  return readout?.outputs === 1
    ? null
    : 'The theorem is about one score; over classes it would be paid for once a class, and it is astronomically large already.';
}
