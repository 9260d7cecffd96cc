import type { BoundResult } from '../report';
import type { BoundedNetwork } from './boundedNetwork';
import { misread } from './certifiedRow';
import type { CellKind } from './networkClass';
import { sampleDomain } from './inputDomain';
import { sequenceCount } from './margins';
import { printedNumber } from './printedNumbers';
import { inapplicableRow, numberRow, waitingRow } from './rowAnswer';
import { agreementAssumption, printedAssumptions } from './rowAssumptions';
import { chenLiZhao } from './papers';
import type { RowFamily, RowHeader } from './row';
import type { RowContext } from './rowContext';
import { hasVariableSteps, whatItWaitsFor, whyInapplicable } from './whyNoNumber';

const theorems: Readonly<Record<CellKind, readonly [id: string, theorem: string] | null>> = {
  vanilla: ['T2-printed', 'Theorem 2'],
  mgu: ['T4-printed', 'Theorem 4 (constants reconstructed; the paper prints O(·))'],
  gru_before: null,
  gru_after: null,
  lstm: ['T5-printed', 'Theorem 5 (constants reconstructed; its Lipschitz constant is false)'],
};

/** The theorem about the one layer's cell, as the paper prints it. */
export const printedRows: RowFamily = ({ cell }) => {
  const found = cell && theorems[cell];
  if (!found) return [];
  const [id, theorem] = found;
  const header = { id, status: 'printed', p: 2, source: `${chenLiZhao}, ${theorem}, as printed` } as const;
  return [{ header, answer: (context) => printedRow(context, header) }];
};

/** The answer of a paper's formula as it stands. */
function printedRow(context: RowContext, header: RowHeader): BoundResult {
  const network = context.network();
  const { question, delta } = context;
  const bare = { header, delta, assumptions: [] };
  if (typeof network === 'string') return inapplicableRow(bare, network);
  const { architecture } = network;
  const structural = whyNotPrinted(network) ?? whyInapplicable('dudley', architecture.outputs, question);
  if (structural !== null) return inapplicableRow(bare, structural);
  const answered = { ...bare, assumptions: [agreementAssumption(question)] };
  const waiting = whatItWaitsFor(question.sample);
  if (waiting !== null) return waitingRow(answered, waiting);
  if (agreementAssumption(question).state === 'violated') return waitingRow(answered, misread);
  const sample = question.sample!;
  const domain = sampleDomain(question.checkpoint, sample, [2]);
  if (typeof domain === 'string') return waitingRow(bare, domain);
  const training = sample.training!;
  const { number, valid } = printedNumber({
    network,
    domain,
    losses: context.losses('ramp', training),
    sequences: sequenceCount(training),
    delta,
  });
  const assumptions = printedAssumptions(question, network, { valid, variableSteps: hasVariableSteps(sample) });
  return numberRow({ ...bare, assumptions }, number);
}

function whyNotPrinted({ architecture }: BoundedNetwork): string | null {
  if (architecture.cap === Infinity) return 'The printed theorem needs a bounded activation, and relu is not.';
  return architecture.gateSlope === 1 / 4
    ? null
    : 'The printed theorem is about logistic gates, and these are hard-sigmoid.';
}
