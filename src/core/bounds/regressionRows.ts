import { bestGamma } from './bestGamma';
import { bestPosterior } from './bestPosterior';
import { pinsker } from './classRows';
import { countParameters } from './coveringNumber';
import type { Norm } from './networkClass';
import { occam } from './occam';
import { pacBayesCost, pacBayesMajorant } from './pacBayesMajorant';
import { classCost, coverCosts, inputFacts, prepareClass, type ClassSetting } from './preparedClass';
import { oneLevelRademacher } from './rademacher';
import { regressionOccam, regressionPacBayes } from './regression';
import { lipschitzOf, scaleChoices, type RegressionLoss } from './regressionLoss';
import type { NormLosses, RegressionSample } from './regressionSample';
import type { RowNumber } from './rowAnswer';
import { sequencesNeeded } from './sequencesNeeded';

/** A class and how far the trained network of it is from the labels of the training part. */
export interface RegressionQuestion extends ClassSetting {
  readonly sample: RegressionSample;
  /** Whether there is a label for every step. */
  readonly everyStep: boolean;
}

type Terms = RowNumber['terms'];

/** Probability that the noise of a posterior leaves its box. */
const eta = 0.01;

/** Reg-Rad1 (theory 1.8): the mean loss, which needs no ramp, in the place of the ramp loss at γ = 1. */
export function lossRademacherNumber(question: RegressionQuestion): RowNumber | string {
  const { loss, at } = facts(question);
  const prepared = prepareClass(question, lipschitzOf(loss), scaleChoices(loss, 'training'));
  if (typeof prepared === 'string') return prepared;
  const { raw, complexity, confidence, logCover } = oneLevelRademacher(prepared.uniform, 1, at.loss);
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
  };
}

/** Reg-Occam (theory 1.8). */
export function lossOccamNumber(question: RegressionQuestion): RowNumber | string {
  const { loss, at } = facts(question);
  const prepared = prepareClass(question, lipschitzOf(loss), 1 + scaleChoices(loss, 'training'));
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
  const lambda = classCost(question, network.blocks.length, scaleChoices(loss, 'training'));
  const lipschitz = lipschitzOf(loss);
  const { bound, allowance, nats } = regressionPacBayes(
    posterior,
    { lipschitz, sequences, delta, lambda, eta },
    at.loss,
  );
  return {
    ...numbered(question, loss.kind, bound, lambda, nats),
    terms: [
      ['mean loss on the training part', at.loss],
      ['v, how far the noise may move the loss', allowance],
      ...needed(at.loss, allowance, nats),
      ...posteriorTerms(question, lambda),
      ...lossTerms(loss),
    ],
  };
}

/** The exceedance row over a cover (theory 1.8): who is off by more than a has a neighbour that is off by more than a − g/2. */
export function exceedanceOccamNumber(question: RegressionQuestion): RowNumber | string {
  const { loss, at } = facts(question);
  const prepared = prepareClass(question, 1, 1 + scaleChoices(loss, 'training'));
  if (typeof prepared === 'string') return prepared;
  const { uniform } = prepared;
  const {
    gamma: g,
    loss: share,
    result,
  } = bestGamma(at.exceedance, (candidate, emp) => {
    const answer = occam(uniform, candidate, emp);
    return { bound: answer.bound, order: pinsker(emp, answer.nats, uniform.sequences), result: answer };
  });
  return {
    ...numbered(question, 'exceedance', result.bound, uniform.lambda, result.nats),
    terms: [
      ['training answers off by more than a − g', share],
      ['training answers off by more than a', at.beyond],
      ['g', g],
      ['ln N, size of the cover', result.logCover],
      ['Λ, price of what was chosen', uniform.lambda],
      ['ln(1/δ)', -Math.log(uniform.delta)],
      ['sequences for a bound of 0.5, at this share', sequencesNeeded(share, result.nats, 0.5)],
      ['a', loss.scale],
      ...prepared.facts,
    ],
    costs: coverCosts(prepared, Math.log(g / 2), ['ln(1/δ)', -Math.log(uniform.delta)]),
  };
}

/** The exceedance row with Gaussian noise that moves no score by more than g/2. */
export function exceedancePacBayesNumber(question: RegressionQuestion): RowNumber | string {
  const { network, domain, sequences, delta } = question;
  const posterior = network.posteriors(domain, eta);
  if (typeof posterior === 'string') return posterior;
  const { loss, at } = facts(question);
  const lambda = classCost(question, network.blocks.length, 1 + scaleChoices(loss, 'training'));
  const answerFor = (emp: number, divergence: number) =>
    pacBayesMajorant(divergence, { sequences, delta, lambda, eta }, emp);
  const best = bestPosterior(
    at.exceedance,
    (g) => posterior(Math.log(g / 2)).divergence,
    (emp, divergence) => {
      const { bound, nats } = answerFor(emp, divergence);
      return { bound, order: pinsker(emp, nats, sequences) };
    },
  );
  const { bound, nats } = answerFor(best.loss, best.divergence);
  return {
    ...numbered(question, 'exceedance', bound, lambda, nats),
    terms: [
      ['training answers off by more than a − g', best.loss],
      ['training answers off by more than a', at.beyond],
      ['g', best.gamma],
      ['KL, distance of the posterior from the prior', best.divergence],
      ['sequences for a bound of 0.5, at this share', sequencesNeeded(best.loss, nats, 0.5)],
      ...posteriorTerms(question, lambda),
      ['a', loss.scale],
    ],
  };
}

function facts({ sample, p }: RegressionQuestion): { readonly loss: RegressionLoss; readonly at: NormLosses } {
  const losses = sample.training!;
  return { loss: sample.loss, at: p === 2 ? losses.two : losses.inf };
}

/** What every row about a regression has; γ is a matter of margins. */
function numbered(
  { sample, p, network, everyStep }: RegressionQuestion,
  kind: 'absolute' | 'squared' | 'exceedance',
  bound: number,
  lambda: number,
  nats: number | null,
): Omit<RowNumber, 'terms'> {
  const norm: Norm | null = network.outputs === 1 ? null : p;
  return {
    bound,
    log10: Math.log10(bound),
    gamma: null,
    lambda,
    nats,
    quantity: { kind, scale: sample.loss.scale, norm, everyStep },
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

function posteriorTerms({ network, domain, sequences, delta }: RegressionQuestion, lambda: number): Terms {
  const { blocks } = network;
  return [
    ['η, probability that the noise leaves its box', eta],
    ['Λ, price of what was chosen', lambda],
    ['ln(2√m/δ)', pacBayesCost(sequences, delta)],
    ['m, sequences', sequences],
    ['P, parameters (two biases of a gate count once)', countParameters(blocks)],
    ['J, scales of the prior', blocks.length],
    ...inputFacts(domain),
    ['T, longest sequence', domain.steps],
  ];
}
