import type { Assumption, BoundResult } from '../../report';
import type { BoundedNetwork } from '../classes/boundedNetwork';
import type { BoundQuestion } from '../boundQuestion';
import { misread, type Method } from '../certifiedRow';
import { sampleDomain, type InputDomain } from '../classes/inputDomain';
import { sequenceCount, type Margins } from '../margins/margins';
import type { Norm } from '../classes/networkClass';
import { inapplicableRow, numberRow, waitingRow, type RowNumber } from '../rowAnswer';
import { agreementAssumption } from '../rowAssumptions';
import type { RowHeader } from '../row';
import type { RowContext } from '../rowContext';
import { whatItWaitsFor, whyInapplicable } from '../whyNoNumber';

/** What a formula that is no certificate is computed from. */
export interface ComparisonQuestion {
  readonly context: RowContext;
  readonly question: BoundQuestion;
  readonly network: BoundedNetwork;
  /** With the norms that were asked for; the sample's own, for free. */
  readonly domain: InputDomain;
  readonly training: Margins;
  readonly sequences: number;
  /** δ, whole: the row is no part of the split. */
  readonly delta: number;
}

export interface ComparisonAnswer {
  /** Or why there is none; the terms are shown all the same. */
  readonly number: RowNumber | string;
  readonly terms?: RowNumber['terms'];
  readonly assumptions: readonly Assumption[];
}

export interface ComparisonWay {
  readonly norms: readonly Norm[];
  /** The method whose demands on readout and labels it shares. */
  readonly method: Method;
  /** Why the formula is not about this network; null when it is. */
  readonly whyNot: (network: BoundedNetwork, question: BoundQuestion) => string | null;
  readonly answer: (question: ComparisonQuestion) => ComparisonAnswer;
}

/** The answer of a printed formula or an indicator about a network with one layer: never a certificate. */
export function comparisonRow(context: RowContext, header: RowHeader, way: ComparisonWay): BoundResult {
  const network = context.network();
  const { question, delta } = context;
  const bare = { header, delta, assumptions: [] };
  if (typeof network === 'string') return inapplicableRow(bare, network);
  const structural =
    way.whyNot(network, question) ?? whyInapplicable(way.method, network.architecture.outputs, question);
  if (structural !== null) return inapplicableRow(bare, structural);
  const answered = { ...bare, assumptions: [agreementAssumption(question)] };
  const waiting = whatItWaitsFor(question.sample);
  if (waiting !== null) return waitingRow(answered, waiting);
  if (agreementAssumption(question).state === 'violated') return waitingRow(answered, misread);
  const sample = question.sample!;
  const domain = sampleDomain(question.checkpoint, sample, way.norms);
  if (typeof domain === 'string') return waitingRow(answered, domain);
  const training = sample.training!;
  const sequences = sequenceCount(training);
  const { number, terms, assumptions } = way.answer({
    ...{ context, question, network, domain, training, sequences, delta },
  });
  if (typeof number !== 'string') return numberRow({ ...bare, assumptions }, number);
  const row = waitingRow({ ...bare, assumptions }, number);
  return { ...row, terms: (terms ?? []).map(([name, value]) => ({ name, value })) };
}
