import type { RegressionQuantity } from '../../report';
import type { BoundSample } from '../boundQuestion';
import { heldOutAnswer, heldOutNumber, shareBound } from '../heldOutRow';
import { klInverse } from '../numbers/klInverse';
import { scaleChoices } from './regressionLoss';
import type { NormLosses, RegressionSample } from './regressionSample';
import type { Row, RowFamily } from '../row';
import type { RowNumber } from '../rowAnswer';
import { gammaGrid } from '../classes/selectionCost';

interface HeldOut {
  readonly sample: BoundSample;
  readonly regression: RegressionSample;
  /** In the Euclidean norm, as computed. */
  readonly losses: NormLosses;
  readonly sequences: number;
  /** The row's share of δ, divided by the number of scales that could have been chosen from these very labels. */
  readonly delta: number;
}

/** The rows about held-out sequences that every regression has: the mean loss, and how often it is off by more than a. */
export const heldOutRegressionRows: RowFamily = () => [
  row(
    'held-out',
    'the Chernoff bound in its Kullback-Leibler form (Hoeffding 1963), inverted, on the held-out part: the mean loss',
    lossNumber,
  ),
  row(
    'held-out-exceed',
    'Clopper & Pearson 1934, or for a label a step the Chernoff bound, on the held-out part: answers off by more than a',
    exceedanceNumber,
  ),
];

function row(id: string, source: string, numberOf: (question: HeldOut) => RowNumber): Row {
  const header = { id, status: 'certified', p: null, source } as const;
  return {
    header,
    answer(context) {
      const { sample } = context.question;
      const regression = sample?.regression;
      if (!sample || !regression?.heldOut) return heldOutAnswer(context, header, null);
      const { two, sequences } = regression.heldOut;
      const choices = gammaGrid.length ** scaleChoices(regression.loss, 'heldOut');
      const number = numberOf({ sample, regression, losses: two, sequences, delta: context.share / choices });
      return heldOutAnswer(context, header, number);
    },
  };
}

function lossNumber({ sample, regression, losses, sequences, delta }: HeldOut): RowNumber {
  const c = -Math.log(delta) / sequences;
  return {
    ...heldOutNumber(klInverse(losses.loss, c), [
      ['mean loss on the held-out part', losses.loss],
      ['ln(1/δ) / n', c],
      ['n, held-out sequences', sequences],
      ['a, scale of the loss', regression.loss.scale],
    ]),
    quantity: quantity(sample, regression, regression.loss.kind),
  };
}

function exceedanceNumber({ sample, regression, losses, sequences, delta }: HeldOut): RowNumber {
  const { bound, term } = shareBound(sample, losses.beyond, sequences, delta);
  return {
    ...heldOutNumber(bound, [
      ['held-out answers off by more than a', losses.beyond],
      term,
      ['n, held-out sequences', sequences],
      ['a', regression.loss.scale],
    ]),
    quantity: quantity(sample, regression, 'exceedance'),
  };
}

const quantity = (
  { scoreWidth, everyStep }: BoundSample,
  { loss }: RegressionSample,
  kind: RegressionQuantity['kind'],
): RegressionQuantity => ({ kind, scale: loss.scale, norm: scoreWidth === 1 ? null : 2, everyStep });
