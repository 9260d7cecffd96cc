import type { BoundResult } from '../report';
import type { BoundedClass } from './boundedClass';
import type { BoundQuestion } from './boundQuestion';
import { dudleyNumber, occamNumber, pacBayesNumber, rademacherNumber, type ClassQuestion } from './classRows';
import { populationDomain, sampleDomain } from './inputDomain';
import { sequenceCount } from './margins';
import type { Norm } from './networkClass';
import { inapplicableRow, numberRow, waitingRow, type RowNumber } from './rowAnswer';
import { agreementAssumption, classAssumptions } from './rowAssumptions';
import type { RowHeader } from './row';
import type { RowContext } from './rowContext';
import { whatItWaitsFor, whyInapplicable } from './whyNoNumber';

/** The ways from a class of networks to a bound. */
export type Method = 'dudley' | 'rademacher' | 'occam' | 'pacBayes';

/** The answer of a certified row about a class: a number only if every assumption is met or assumed. */
export function certifiedRow(
  context: RowContext,
  header: RowHeader,
  method: Method,
  bounded: BoundedClass | string,
): BoundResult {
  const { question, delta, share, rows } = context;
  const bare = { header, delta: share, assumptions: [] };
  if (typeof bounded === 'string') return inapplicableRow(bare, bounded);
  const structural = whyInapplicable(method, bounded.outputs, question);
  if (structural !== null) return inapplicableRow(bare, structural);
  const shared = classAssumptions(question, bounded, { delta, rows });
  const waiting = whatItWaitsFor(question.sample);
  if (waiting !== null) return waitingRow({ ...bare, assumptions: shared }, waiting);
  if (agreementAssumption(question).state === 'violated') return waitingRow({ ...bare, assumptions: shared }, misread);
  const domain = domainOf(question, method, header.p ?? 2, bounded);
  if (typeof domain === 'string') return waitingRow({ ...bare, assumptions: shared }, domain);
  const answered = { ...bare, assumptions: [...shared, ...domain.assumptions] };
  const failing = answered.assumptions.find(({ state }) => state === 'violated' || state === 'unknown');
  if (failing) {
    const what = failing.state === 'violated' ? 'An assumption does not hold' : 'An assumption could not be checked';
    return waitingRow(answered, `${what}: ${failing.text}`);
  }
  const training = question.sample!.training!;
  const number = numbers[method]({
    network: bounded,
    p: header.p ?? 2,
    domain,
    losses: context.losses(isAboutPopulation(method) ? 'margin' : 'ramp', training),
    sequences: sequenceCount(training),
    delta: share,
    architectureCost: question.declarations.architectureFixed === true ? 0 : bounded.architectureCost,
  });
  return typeof number === 'string' ? waitingRow(answered, number) : numberRow(answered, number);
}

export const misread = 'The checkpoint was misread: our reading of its layers does not reproduce the model.';

const isAboutPopulation = (method: Method): boolean => method === 'occam' || method === 'pacBayes';

function domainOf(question: BoundQuestion, method: Method, p: Norm, bounded: BoundedClass) {
  const norms = bounded.inputNorms(p);
  return isAboutPopulation(method)
    ? populationDomain(question, bounded.layers[0]!, question.sample!, norms)
    : sampleDomain(question.checkpoint, question.sample!, norms);
}

const numbers: Readonly<Record<Method, (question: ClassQuestion) => RowNumber | string>> = {
  dudley: dudleyNumber,
  rademacher: rademacherNumber,
  occam: occamNumber,
  pacBayes: pacBayesNumber,
};
