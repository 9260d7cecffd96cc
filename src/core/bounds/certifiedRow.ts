import type { BoundResult } from '../report';
import type { BoundedClass } from './classes/boundedClass';
import type { BoundQuestion, BoundSample } from './boundQuestion';
import {
  dudleyNumber,
  entropyNumber,
  occamNumber,
  pacBayesNumber,
  rademacherNumber,
  type ClassQuestion,
} from './classRows';
import { populationDomain, sampleDomain } from './classes/inputDomain';
import { sequenceCount } from './margins/margins';
import { inapplicableRow, numberRow, waitingRow, type RowNumber } from './rowAnswer';
import { agreementAssumption, classAssumptions } from './rowAssumptions';
import type { ClassSetting } from './classes/preparedClass';
import type { RowHeader } from './row';
import type { RowContext } from './rowContext';
import { whatItWaitsFor, whyInapplicable } from './whyNoNumber';

/** The ways from a class of networks to a bound. */
export type Method = 'dudley' | 'entropy' | 'rademacher' | 'occam' | 'pacBayes';

/** One way to a number, from when it has none for these scores and labels to the number itself. */
export interface ClassWay {
  /** Whether it needs closeness on the whole population, and not on the sample only (theory rule R5). */
  readonly isAboutPopulation: boolean;
  /** Why it can never have a number for a network with so many outputs; null when it can. */
  readonly whyInapplicable: (outputs: number, question: BoundQuestion) => string | null;
  /** Of how many sequences its empirical loss is the mean; or null when none trained the checkpoint. */
  readonly sequences: (sample: BoundSample) => number | null;
  readonly number: (setting: ClassSetting, sample: BoundSample) => RowNumber | string;
}

/** The answer of a certified row about the margins of a class. */
export function certifiedRow(
  context: RowContext,
  header: RowHeader,
  method: Method,
  bounded: BoundedClass | string,
): BoundResult {
  const isAboutPopulation = method === 'occam' || method === 'pacBayes';
  return classRow(context, header, bounded, {
    isAboutPopulation,
    whyInapplicable: (outputs, question) => whyInapplicable(method, outputs, question),
    sequences: ({ training }) => training && sequenceCount(training),
    number: (setting, { training }) =>
      numbers[method]({ ...setting, losses: context.losses(isAboutPopulation ? 'margin' : 'ramp', training!) }),
  });
}

/** The answer of a certified row about a class: a number only if every assumption is met or assumed. */
export function classRow(
  { question, delta, share, rows }: RowContext,
  header: RowHeader,
  bounded: BoundedClass | string,
  way: ClassWay,
): BoundResult {
  const bare = { header, delta: share, assumptions: [] };
  if (typeof bounded === 'string') return inapplicableRow(bare, bounded);
  const structural = way.whyInapplicable(bounded.outputs, question);
  if (structural !== null) return inapplicableRow(bare, structural);
  const shared = classAssumptions(question, bounded, { delta, rows });
  const { sample } = question;
  const sequences = sample && way.sequences(sample);
  const waiting = whatItWaitsFor(sample, sequences);
  if (waiting !== null) return waitingRow({ ...bare, assumptions: shared }, waiting);
  if (agreementAssumption(question).state === 'violated') return waitingRow({ ...bare, assumptions: shared }, misread);
  const p = header.p ?? 2;
  const norms = bounded.inputNorms(p);
  const domain = way.isAboutPopulation
    ? populationDomain(question, bounded.layers[0]!, sample!, norms)
    : sampleDomain(question.checkpoint, sample!, norms);
  if (typeof domain === 'string') return waitingRow({ ...bare, assumptions: shared }, domain);
  const answered = { ...bare, assumptions: [...shared, ...domain.assumptions] };
  const failing = answered.assumptions.find(({ state }) => state === 'violated' || state === 'unknown');
  if (failing) {
    const what = failing.state === 'violated' ? 'An assumption does not hold' : 'An assumption could not be checked';
    return waitingRow(answered, `${what}: ${failing.text}`);
  }
  const architectureCost = question.declarations.architectureFixed === true ? 0 : bounded.architectureCost;
  const number = way.number(
    { network: bounded, p, domain, sequences: sequences!, delta: share, architectureCost },
    sample!,
  );
  return typeof number === 'string' ? waitingRow(answered, number) : numberRow(answered, number);
}

export const misread = 'The checkpoint was misread: our reading of its layers does not reproduce the model.';

const numbers: Readonly<Record<Method, (question: ClassQuestion) => RowNumber | string>> = {
  dudley: dudleyNumber,
  entropy: entropyNumber,
  rademacher: rademacherNumber,
  occam: occamNumber,
  pacBayes: pacBayesNumber,
};
