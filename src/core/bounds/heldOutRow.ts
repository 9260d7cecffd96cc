import type { Assumption, BoundResult } from '../report';
import type { BoundQuestion, BoundSample } from './boundQuestion';
import { clopperPearson } from './numbers/clopperPearson';
import { klInverse } from './numbers/klInverse';
import { marginLoss, sequenceCount } from './margins/margins';
import { inapplicableRow, numberRow, waitingRow, type RowNumber } from './rowAnswer';
import { agreementAssumption, decision, deltaSplit, independence } from './rowAssumptions';
import type { RowFamily, RowHeader } from './row';
import type { RowContext } from './rowContext';

const stepwiseSource =
  'the Chernoff bound in its Kullback-Leibler form (Hoeffding 1963), inverted, on the held-out part: the loss of a sequence is its share of wrong steps';

const header: RowHeader = {
  id: 'held-out',
  status: 'certified',
  p: null,
  source: 'Clopper & Pearson 1934, on the held-out part',
};

/** The row that every classifier has. */
export const heldOutRows: RowFamily = () => [
  {
    header,
    answer(context) {
      const { sample } = context.question;
      const source = sample?.everyStep ? stepwiseSource : header.source;
      const number = sample?.heldOut ? errorNumber(sample, sample.heldOut, context.share) : null;
      return heldOutAnswer(context, { ...header, source }, number);
    },
  },
];

/**
 * A row about sequences that the training never saw (theory section 5), which needs nothing but the model's own scores: with
 * its number, where there are such sequences and every assumption is met or assumed.
 */
export function heldOutAnswer(
  { question, delta, share, rows }: RowContext,
  row: RowHeader,
  number: RowNumber | null,
): BoundResult {
  const { sample, declarations } = question;
  const assumptions: Assumption[] = [
    independence(question),
    decision(question),
    {
      text:
        declarations.trainedOnData === false
          ? 'The data neither trained the checkpoint nor selected it, as declared.'
          : 'The held-out part was not used for training, early stopping or selection.',
      state: 'assumed',
    },
    deltaSplit(delta, rows),
  ];
  const answered = { header: row, delta: share, assumptions };
  if (agreementAssumption(question).state === 'violated') {
    return waitingRow(answered, 'The checkpoint was misread: our reading of its layers does not reproduce the model.');
  }
  const reason = whyNothingToCount(question);
  if (reason !== null) return inapplicableRow(answered, reason);
  if (!sample) return waitingRow(answered, 'Waits for labelled sequences that the training has not seen.');
  if (sample.task === null) return waitingRow(answered, 'Waits for labels.');
  const violated = assumptions.find(({ state }) => state === 'violated');
  if (violated) return waitingRow(answered, `An assumption does not hold: ${violated.text}`);
  return number
    ? numberRow(answered, number)
    : waitingRow(answered, 'Waits for a held-out part: sequences that the training has not seen.');
}

function whyNothingToCount({ sample, checkpoint, declarations }: BoundQuestion): string | null {
  if (!sample && !checkpoint.readout && declarations.scores === undefined)
    return 'No scores were found behind the layers, so there are no errors to count.';
  return sample?.withheld ?? null;
}

function errorNumber(sample: BoundSample, heldOut: NonNullable<BoundSample['heldOut']>, delta: number): RowNumber {
  const loss = marginLoss(heldOut, 0);
  const { bound, term } = shareBound(sample, loss, sequenceCount(heldOut), delta);
  return heldOutNumber(bound, [['held-out error', loss], term, ['n, held-out sequences', sequenceCount(heldOut)]]);
}

/**
 * What a share of mistakes on so many sequences leaves plausible: the binomial tail where each sequence has one answer, klinv
 * where the loss of a sequence is its share of wrong steps.
 */
export function shareBound(
  { everyStep }: BoundSample,
  share: number,
  sequences: number,
  delta: number,
): { readonly bound: number; readonly term: RowNumber['terms'][number] } {
  if (everyStep) {
    const c = -Math.log(delta) / sequences;
    return { bound: klInverse(share, c), term: ['ln(1/δ) / n', c] };
  }
  const mistakes = Math.round(share * sequences);
  return { bound: clopperPearson(mistakes, sequences, delta), term: ['k, errors', mistakes] };
}

/** Nothing was chosen, so there is no Λ. */
export const heldOutNumber = (bound: number, terms: RowNumber['terms']): RowNumber => ({
  ...{ bound, log10: Math.log10(bound), gamma: null, lambda: null, nats: null },
  terms,
});
