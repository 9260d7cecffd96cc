import type { BoundResult } from '../report';
import type { BoundedNetwork } from './boundedNetwork';
import { misread } from './certifiedRow';
import { sampleDomain } from './inputDomain';
import { sequenceCount } from './margins';
import { printedNumber } from './printedNumbers';
import { inapplicableRow, numberRow, waitingRow } from './rowAnswer';
import { agreementAssumption, printedAssumptions } from './rowAssumptions';
import type { RowHeader } from './rowList';
import type { RowContext } from './rowContext';
import { hasVariableSteps, whatItWaitsFor, whyInapplicable } from './whyNoNumber';

/** The answer of a paper's formula as it stands. */
export function printedRow(context: RowContext, header: RowHeader, network: BoundedNetwork | string): BoundResult {
  const { question, delta } = context;
  const bare = { header, delta, assumptions: [] };
  if (typeof network === 'string') return inapplicableRow(bare, network);
  const { architecture } = network;
  const structural = whyNotPrinted(network) ?? whyInapplicable(header.method, architecture.outputs, question);
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
