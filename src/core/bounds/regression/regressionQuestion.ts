import { countParameters } from '../methods/coveringNumber';
import type { Norm } from '../classes/networkClass';
import { pacBayesCost } from '../methods/pacBayesMajorant';
import { inputFacts, type ClassSetting } from '../classes/preparedClass';
import { scaleChoices, type RegressionLoss } from './regressionLoss';
import type { NormLosses, RegressionSample } from './regressionSample';
import type { RowNumber } from '../rowAnswer';

/** A class and how far the trained network of it is from the labels of the training part. */
export interface RegressionQuestion extends ClassSetting {
  readonly sample: RegressionSample;
  /** Whether there is a label for every step. */
  readonly everyStep: boolean;
}

export type Terms = RowNumber['terms'];

/** Probability that the noise of a posterior leaves its box. */
export const eta = 0.01;

/** How many choices from Γ a row pays for that chooses an allowance, and a where it was not declared; and their names. */
export const choices = (loss: RegressionLoss, allowance: string): [choices: number, chosen: string] =>
  scaleChoices(loss, 'training') === 0 ? [1, allowance] : [2, `a and ${allowance}`];

export function facts({ sample, p }: RegressionQuestion): { readonly loss: RegressionLoss; readonly at: NormLosses } {
  const losses = sample.training!;
  return { loss: sample.loss, at: p === 2 ? losses.two : losses.inf };
}

/** What every row about a regression has; γ is a matter of margins. */
export function numbered(
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

export function posteriorTerms({ network, domain, sequences, delta }: RegressionQuestion, lambda: number): Terms {
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
