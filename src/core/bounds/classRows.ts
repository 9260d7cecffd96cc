import { countParameters } from './methods/coveringNumber';
import { bestGamma, type LossAtGamma } from './methods/bestGamma';
import { bestPosterior } from './methods/bestPosterior';
import { marginConstant } from './margins/marginConstant';
import { dudley } from './methods/dudley';
import { entropyIntegral } from './methods/entropyIntegral';
import { occam } from './methods/occam';
import { pacBayesCost, pacBayesMajorant, type Posterior } from './methods/pacBayesMajorant';
import { oneLevelRademacher, type OneLevelRademacher, type UniformQuestion } from './methods/rademacher';
import {
  classCosts,
  coverCosts,
  inputFacts,
  prepareClass,
  totalOf,
  type ClassSetting,
  type Costs,
  type PreparedClass,
} from './classes/preparedClass';
import { posteriorCosts } from './methods/posteriorCosts';
import type { RowNumber } from './rowAnswer';
import { sequencesNeeded } from './sequencesNeeded';

/** What a row about margins is computed from. */
export interface ClassQuestion extends ClassSetting {
  readonly losses: LossAtGamma;
}

/** T2-Occam and its relatives of the gated cells. */
export function occamNumber(question: ClassQuestion): RowNumber | string {
  const prepared = prepareMargins(question);
  if (typeof prepared === 'string') return prepared;
  const { uniform, facts } = prepared;
  const { gamma, loss, result } = bestGamma(question.losses, (g, emp) => {
    const answer = occam(uniform, g, emp);
    return { bound: answer.bound, order: pinsker(emp, answer.nats, uniform.sequences), result: answer };
  });
  return {
    bound: result.bound,
    log10: Math.log10(result.bound),
    gamma,
    lambda: uniform.lambda,
    nats: result.nats,
    costs: coverCosts(prepared, Math.log(gamma) - Math.log(2 * uniform.marginConstant), [
      'ln(1/δ)',
      -Math.log(uniform.delta),
    ]),
    terms: [
      ['empirical margin loss at γ', loss],
      ['ln N, size of the cover', result.logCover],
      ['Λ, price of what was chosen', uniform.lambda],
      ['ln(1/δ)', -Math.log(uniform.delta)],
      ['ε, accuracy of the cover', gamma / (2 * uniform.marginConstant)],
      ['sequences for a bound of 0.5, at this loss', sequencesNeeded(loss, result.nats, 0.5)],
      ...facts,
    ],
  };
}

/** T2-Rad1 and its relatives. */
export const rademacherNumber = (question: ClassQuestion): RowNumber | string =>
  complexityNumber(question, oneLevelRademacher);

/** T2-Dudley and its relatives. */
export const entropyNumber = (question: ClassQuestion): RowNumber | string =>
  complexityNumber(question, entropyIntegral);

/** Ramp loss + 2E + confidence, for a bound of the Rademacher complexity E of the losses. */
function complexityNumber(
  question: ClassQuestion,
  answer: (uniform: UniformQuestion, gamma: number, ramp: number) => OneLevelRademacher,
): RowNumber | string {
  const prepared = prepareMargins(question);
  if (typeof prepared === 'string') return prepared;
  const { uniform, facts } = prepared;
  const { gamma, loss, result } = bestGamma(question.losses, (g, ramp) => {
    const answered = answer(uniform, g, ramp);
    return { bound: answered.raw, order: 0, result: answered };
  });
  return {
    bound: result.raw,
    log10: Math.log10(result.raw),
    gamma,
    lambda: uniform.lambda,
    nats: null,
    costs: coverCosts(prepared, result.logEpsilon, confidenceCost(uniform)),
    terms: [
      ['empirical ramp loss at γ', loss],
      ['2E, complexity', 2 * result.complexity],
      ['confidence term', result.confidence],
      ['ln N, size of the cover', result.logCover],
      ['Λ, price of what was chosen', uniform.lambda],
      ...facts,
    ],
  };
}

const confidenceCost = ({ delta }: UniformQuestion): Costs[number] => ['ln(2/δ)', Math.log(2 / delta)];

/** T2-fixed, and Dudley1 of the gated cells. */
export function dudleyNumber(question: ClassQuestion): RowNumber | string {
  const prepared = prepareMargins(question);
  if (typeof prepared === 'string') return prepared;
  const { uniform, logScoreRadius, facts } = prepared;
  const { gamma, loss, result } = bestGamma(question.losses, (g, ramp) => {
    const answer = dudley({ ...uniform, logScoreRadius }, g, ramp);
    return { bound: Math.exp(answer.logRaw), order: answer.logRaw, result: answer };
  });
  return {
    bound: Math.exp(result.logRaw),
    log10: result.logRaw / Math.LN10,
    gamma,
    lambda: uniform.lambda,
    nats: null,
    costs: coverCosts(prepared, -Math.log(uniform.marginConstant * uniform.sequences), confidenceCost(uniform)),
    terms: [
      ['empirical ramp loss at γ', loss],
      ['log10 of the complexity', result.logComplexity / Math.LN10],
      ['confidence term', result.confidence],
      ['ln N, size of the cover', result.logCover],
      ['log10 r, largest score', logScoreRadius / Math.LN10],
      ['Λ, price of what was chosen', uniform.lambda],
      ...facts,
    ],
  };
}

/** PBM; its scales of the prior take the place of the radii. */
export function pacBayesNumber(question: ClassQuestion): RowNumber | string {
  const { network, domain, sequences, delta } = question;
  const { blocks, outputs } = network;
  const eta = 0.01;
  const posterior = network.posteriors(domain, eta);
  if (typeof posterior === 'string') return posterior;
  const constant = marginConstant(outputs, 2);
  const paid = classCosts(question, blocks.length, 1);
  const lambda = totalOf(paid);
  const known = new Map<number, Posterior>();
  const posteriorAt = (gamma: number): Posterior => {
    const found = known.get(gamma) ?? posterior(Math.log(gamma) - Math.log(2 * constant));
    known.set(gamma, found);
    return found;
  };
  const answerFor = (loss: number, divergence: number) =>
    pacBayesMajorant(divergence, { sequences, delta, lambda, eta }, loss);
  const { gamma, loss, divergence } = bestPosterior(
    question.losses,
    (g) => posteriorAt(g).divergence,
    (emp, kl) => {
      const { bound, nats } = answerFor(emp, kl);
      return { bound, order: pinsker(emp, nats, sequences) };
    },
  );
  const result = { ...answerFor(loss, divergence), divergence };
  return {
    bound: result.bound,
    log10: Math.log10(result.bound),
    gamma,
    lambda,
    nats: result.nats,
    costs: posteriorCosts(posteriorAt(gamma), { sequences, delta, eta }, paid),
    terms: [
      ['empirical margin loss at γ', loss],
      ['KL, distance of the posterior from the prior', result.divergence],
      ['η, probability that the noise leaves its box', eta],
      ['Λ, price of what was chosen', lambda],
      ['ln(2√m/δ)', pacBayesCost(sequences, delta)],
      ['sequences for a bound of 0.5, at this loss', sequencesNeeded(loss, result.nats, 0.5)],
      ['c_M, Lipschitz constant of the margin', constant],
      ['m, sequences', sequences],
      ['P, parameters (two biases of a gate count once)', countParameters(blocks)],
      ['J, scales of the prior', blocks.length],
      ...inputFacts(domain),
      ['T, longest sequence', domain.steps],
    ],
  };
}

/** The class with c_M, and γ paid for. */
function prepareMargins(question: ClassQuestion): PreparedClass | string {
  const constant = marginConstant(question.network.outputs, question.p);
  const prepared = prepareClass(question, constant, 1);
  if (typeof prepared === 'string') return prepared;
  return { ...prepared, facts: [['c_M, Lipschitz constant of the margin', constant], ...prepared.facts] };
}

/** q + √(c/2), which orders bounds that are all vacuous: Pinsker's upper estimate of klinv(q, c). */
export const pinsker = (loss: number, nats: number, sequences: number): number =>
  loss + Math.sqrt(nats / (2 * sequences));
