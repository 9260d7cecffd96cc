import { bestGamma } from '../methods/bestGamma';
import { bestPosterior } from '../methods/bestPosterior';
import { pinsker } from '../classRows';
import { occam } from '../methods/occam';
import { pacBayesMajorant } from '../methods/pacBayesMajorant';
import { posteriorCosts } from '../methods/posteriorCosts';
import { classCosts, coverCosts, prepareClass, totalOf } from '../classes/preparedClass';
import { choices, eta, facts, numbered, posteriorTerms, type RegressionQuestion } from './regressionQuestion';
import type { RowNumber } from '../rowAnswer';
import { sequencesNeeded } from '../sequencesNeeded';

/** The exceedance row over a cover (theory 1.8): who is off by more than a has a neighbour that is off by more than a − g/2. */
export function exceedanceOccamNumber(question: RegressionQuestion): RowNumber | string {
  const { loss, at } = facts(question);
  const prepared = prepareClass(question, 1, ...choices(loss, 'g'));
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
  const paid = classCosts(question, network.blocks.length, ...choices(loss, 'g'));
  const lambda = totalOf(paid);
  const posteriorAt = (g: number) => posterior(Math.log(g / 2));
  const answerFor = (emp: number, divergence: number) =>
    pacBayesMajorant(divergence, { sequences, delta, lambda, eta }, emp);
  const best = bestPosterior(
    at.exceedance,
    (g) => posteriorAt(g).divergence,
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
    costs: posteriorCosts(posteriorAt(best.gamma), { sequences, delta, eta }, paid),
  };
}
