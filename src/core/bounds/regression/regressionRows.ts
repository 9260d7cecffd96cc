import { posteriorCosts } from '../methods/posteriorCosts';
import { classCosts, coverCosts, prepareClass, totalOf } from '../classes/preparedClass';
import { oneLevelRademacher } from '../methods/rademacher';
import { regressionOccam, regressionPacBayes } from './regression';
import { lipschitzOf, scaleChoices, type RegressionLoss } from './regressionLoss';
import {
  choices,
  eta,
  facts,
  numbered,
  posteriorTerms,
  type RegressionQuestion,
  type Terms,
} from './regressionQuestion';
import type { RowNumber } from '../rowAnswer';
import { sequencesNeeded } from '../sequencesNeeded';

/** Reg-Rad1 (theory 1.8): the mean loss, which needs no ramp, in the place of the ramp loss at γ = 1. */
export function lossRademacherNumber(question: RegressionQuestion): RowNumber | string {
  const { loss, at } = facts(question);
  const prepared = prepareClass(question, lipschitzOf(loss), scaleChoices(loss, 'training'), 'a');
  if (typeof prepared === 'string') return prepared;
  const { raw, complexity, confidence, logCover, logEpsilon } = oneLevelRademacher(prepared.uniform, 1, at.loss);
  const { delta } = prepared.uniform;
  return {
    ...numbered(question, loss.kind, raw, prepared.uniform.lambda, null),
    terms: [
      ['mean loss on the training part', at.loss],
      ['2E, complexity', 2 * complexity],
      ['confidence term', confidence],
      ['ln N, size of the cover', logCover],
      ['Λ, price of what was chosen', prepared.uniform.lambda],
      ...lossTerms(loss),
      ...prepared.facts,
    ],
    costs: coverCosts(prepared, logEpsilon, ['ln(2/δ)', Math.log(2 / delta)]),
  };
}

/** Reg-Occam (theory 1.8). */
export function lossOccamNumber(question: RegressionQuestion): RowNumber | string {
  const { loss, at } = facts(question);
  const prepared = prepareClass(question, lipschitzOf(loss), ...choices(loss, 'v'));
  if (typeof prepared === 'string') return prepared;
  const { uniform } = prepared;
  const { bound, allowance, nats } = regressionOccam(uniform, at.loss);
  const logEpsilon = allowance === null ? null : Math.log(allowance) - Math.log(uniform.marginConstant);
  return {
    ...numbered(question, loss.kind, bound, uniform.lambda, nats),
    terms: [
      ['mean loss on the training part', at.loss],
      ['v, how far a neighbour in the cover may be in its loss', allowance],
      ...needed(at.loss, allowance, nats),
      ['Λ, price of what was chosen', uniform.lambda],
      ['ln(1/δ)', -Math.log(uniform.delta)],
      ...lossTerms(loss),
      ...prepared.facts,
    ],
    costs: logEpsilon === null ? [] : coverCosts(prepared, logEpsilon, ['ln(1/δ)', -Math.log(uniform.delta)]),
  };
}

/** Reg-PBM (theory 1.8). */
export function lossPacBayesNumber(question: RegressionQuestion): RowNumber | string {
  const { network, domain, sequences, delta } = question;
  const posterior = network.posteriors(domain, eta);
  if (typeof posterior === 'string') return posterior;
  const { loss, at } = facts(question);
  const paid = classCosts(question, network.blocks.length, scaleChoices(loss, 'training'), 'a');
  const lambda = totalOf(paid);
  const lipschitz = lipschitzOf(loss);
  const confidence = { sequences, delta, eta };
  const found = regressionPacBayes(posterior, { ...confidence, lipschitz, lambda }, at.loss);
  const { bound, allowance, nats } = found;
  return {
    ...numbered(question, loss.kind, bound, lambda, nats),
    terms: [
      ['mean loss on the training part', at.loss],
      ['v, how far the noise may move the loss', allowance],
      ...needed(at.loss, allowance, nats),
      ...posteriorTerms(question, lambda),
      ...lossTerms(loss),
    ],
    costs: found.posterior ? posteriorCosts(found.posterior, confidence, paid) : [],
  };
}

const lossTerms = (loss: RegressionLoss): Terms => [
  ['a, scale of the loss', loss.scale],
  ['Lipschitz constant of the loss in the scores', lipschitzOf(loss)],
];

/** How many sequences would bring the bound down to 0.5 with the same allowance v, which is added twice. */
const needed = (loss: number, allowance: number | null, nats: number | null): Terms => [
  [
    'sequences for a bound of 0.5, at this loss and v',
    allowance === null || nats === null ? null : sequencesNeeded(loss + allowance, nats, 0.5 - allowance),
  ],
];
