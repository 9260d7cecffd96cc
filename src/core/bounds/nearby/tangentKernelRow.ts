import { checkpointNetwork } from '../../checkpointNetwork';
import type { Assumption, BoundResult } from '../../report';
import { misread } from '../certifiedRow';
import { inapplicableRow, numberRow, waitingRow, type RowNumber } from '../rowAnswer';
import { agreementAssumption, independence } from '../rowAssumptions';
import type { RowContext } from '../rowContext';
import type { RowFamily, RowHeader } from '../row';
import type { ScoreKernel, TangentKernelRun } from './tangentKernel';
import { whatItWaitsFor } from '../whyNoNumber';

const header: RowHeader = {
  id: 'NTK',
  status: 'indicator',
  p: null,
  source:
    'the complexity of Arora et al. 2019, Theorem 5.1 (two wide layers; Cao & Gu 2019 for more, Wang et al. 2021 for recurrent ones), with the kernel of this network at random weights',
};

/** How hard the labels are for the network that it was before training, taken as linear. A measure, and no bound. */
export const tangentKernelRows: RowFamily = () => [{ header, answer: tangentKernelRow }];

export const waitsForKernel =
  'Waits for gradients of this network with random weights, sequence by sequence. They are computed on request, by recurscope analyze --ntk.';

function tangentKernelRow({ question, delta }: RowContext): BoundResult {
  const { checkpoint, declarations, sample, tangentKernel: run = null } = question;
  const bare = { header, delta, assumptions: [] };
  const found = checkpointNetwork(checkpoint);
  if (typeof found === 'string') return inapplicableRow(bare, found);
  const { scores } = declarations;
  if (scores !== undefined && scores !== checkpoint.readout?.output) {
    const reason = `The scores are declared to be the output ${scores}, but the readout ends in ${checkpoint.readout?.output}.`;
    return inapplicableRow(bare, reason);
  }
  if (typeof sample?.withheld === 'string') return inapplicableRow(bare, sample.withheld);
  const agreement = agreementAssumption(question);
  const answered = { ...bare, assumptions: [independence(question), agreement, ...regime] };
  const waiting = whatItWaitsFor(sample);
  if (waiting !== null) return waitingRow(answered, waiting);
  if (agreement.state === 'violated') return waitingRow(answered, misread);
  if (typeof run === 'string') return inapplicableRow(answered, run);
  if (run === null) return waitingRow(answered, waitsForKernel);
  return numberRow({ ...answered, assumptions: [...answered.assumptions, ...choices(run)] }, tangentKernelNumber(run));
}

const regime: readonly Assumption[] = [
  {
    text: 'The network is so wide, and was trained so gently from random weights, that it stays near its linearisation there. That is not checked, and few trained networks do.',
    state: 'unknown',
  },
];

function choices({ used, sequences, classes, weights, scores }: TangentKernelRun): readonly Assumption[] {
  const met = (text: string): Assumption => ({ text, state: 'met' });
  const enough = 'There are at least as many weights as sequences in use, so that H need not be singular';
  return [
    weights < used
      ? { text: `${enough}; there are ${weights} for ${used}, so the ridge decides the number.`, state: 'violated' }
      : met(`${enough}: ${weights} for ${used}.`),
    met('A ridge of 1e-6 tr H/n is added to H, and weights of a front end are no part of it.'),
    ...(used < sequences ? [met(`H is that of ${used} of the ${sequences} training sequences, taken evenly.`)] : []),
    ...(scores.length > 1 && scores.length < classes
      ? [met(`Only the ${scores.length} most frequent of the ${classes} classes were looked at.`)]
      : []),
  ];
}

/**
 * √(2 yᵀ H⁻¹ y/n) with targets ±1 of one class against the others (theory section 5, NTK): the largest over the classes. The
 * terms are of that class, and after them come all classes.
 */
export function tangentKernelNumber({ seed, used, sequences, scores }: TangentKernelRun): RowNumber {
  const complexities = scores.map(({ distance }) => complexity(distance, used));
  const bound = Math.max(...complexities);
  const worst = scores[complexities.indexOf(bound)]!;
  const mean = complexities.reduce((sum, value) => sum + value, 0) / scores.length;
  return {
    bound,
    log10: Math.log10(bound),
    ...{ gamma: null, lambda: null, nats: null },
    terms: [
      ...(scores.length > 1 ? ([['mean over the classes', mean]] as const) : []),
      ['the same with the labels shuffled', complexity(worst.shuffledDistance, used)],
      ['‖Δ‖ that fits the labels, √(yᵀ H⁻¹ y)', worst.distance],
      ['tr H/n', worst.meanDiagonal],
      ['Rademacher complexity of the linearised network, ‖Δ‖ √(tr H)/n', linearised(worst, used)],
      ...(scores.length > 1
        ? scores.map(({ label }, k) => [`class ${label} against the others`, complexities[k]!] as const)
        : []),
      ['n, sequences used', used],
      ['m, training sequences', sequences],
      ['seed of the random weights', seed],
    ],
  };
}

const complexity = (distance: number, n: number): number => distance * Math.sqrt(2 / n);

/** Of all moves as short as the one that fits: R √(tr H)/n, a theorem for the linearised network. */
const linearised = ({ distance, meanDiagonal }: ScoreKernel, n: number): number =>
  distance * Math.sqrt(meanDiagonal / n);
