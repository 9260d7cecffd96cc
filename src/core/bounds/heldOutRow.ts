import type { Assumption, BoundResult } from '../report';
import type { BoundQuestion } from './boundQuestion';
import { clopperPearson } from './clopperPearson';
import { klInverse } from './klInverse';
import { marginLoss, sequenceCount } from './margins';
import { inapplicableRow, numberRow, waitingRow } from './rowAnswer';
import { agreementAssumption, decision, deltaSplit, independence } from './rowAssumptions';
import type { RowFamily, RowHeader } from './row';

const stepwiseSource =
  'the Chernoff bound in its Kullback-Leibler form (Hoeffding 1963), inverted, on the held-out part: the loss of a sequence is its share of wrong steps';

const header: RowHeader = {
  id: 'held-out',
  status: 'certified',
  p: null,
  source: 'Clopper & Pearson 1934, on the held-out part',
};

/** The row that every checkpoint has. */
export const heldOutRows: RowFamily = () => [{ header, answer: (context) => heldOutRow(context.question, context) }];

/**
 * The held-out row (theory section 5): what the errors on sequences that the training never saw leave plausible. It needs
 * nothing but the model's own scores; with a label a step the loss is a mean over steps, and klinv takes the place of the
 * binomial tail.
 */
function heldOutRow(
  question: BoundQuestion,
  split: { readonly delta: number; readonly share: number; readonly rows: number },
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
    deltaSplit(split.delta, split.rows),
  ];
  const source = sample?.everyStep ? stepwiseSource : header.source;
  const answered = { header: { ...header, source }, delta: split.share, assumptions };
  if (agreementAssumption(question).state === 'violated') {
    return waitingRow(answered, 'The checkpoint was misread: our reading of its layers does not reproduce the model.');
  }
  if (!sample && !question.checkpoint.readout && declarations.scores === undefined) {
    return inapplicableRow(answered, 'No scores were found behind the layers, so there are no errors to count.');
  }
  if (!sample) return waitingRow(answered, 'Waits for labelled sequences that the training has not seen.');
  if (sample.task === null) return waitingRow(answered, 'Waits for labels.');
  if (sample.task === 'regression') {
    return inapplicableRow(
      answered,
      'The labels are numbers, and this row counts errors of a classification. If they are classes, declare "task": "classification".',
    );
  }
  if (sample.withheld !== null) return inapplicableRow(answered, sample.withheld);
  const violated = assumptions.find(({ state }) => state === 'violated');
  if (violated) return waitingRow(answered, `An assumption does not hold: ${violated.text}`);
  if (!sample.heldOut) {
    return waitingRow(answered, 'Waits for a held-out part: sequences that the training has not seen.');
  }
  const sequences = sequenceCount(sample.heldOut);
  const loss = marginLoss(sample.heldOut, 0);
  const errors = Math.round(loss * sequences);
  const bound = sample.everyStep
    ? klInverse(loss, -Math.log(split.share) / sequences)
    : clopperPearson(errors, sequences, split.share);
  return numberRow(answered, {
    bound,
    log10: Math.log10(bound),
    gamma: null,
    lambda: null,
    nats: null,
    terms: [
      ['held-out error', loss],
      sample.everyStep ? ['ln(1/δ) / n', -Math.log(split.share) / sequences] : ['k, errors', errors],
      ['n, held-out sequences', sequences],
    ],
  });
}
