import { binaryEntropy, pacBayesCost, type Posterior } from './pacBayesMajorant';
import type { Costs } from '../classes/preparedClass';
import { reportedName } from '../classes/reportedName';

/** The nats of `pacBayesMajorant`, part by part; `paid` are the parts of Λ. */
export function posteriorCosts(
  { divergences }: Posterior,
  { sequences, delta, eta }: { readonly sequences: number; readonly delta: number; readonly eta: number },
  paid: Costs,
): Costs {
  return [
    ...[...divergences].map(([name, divergence]) => [reportedName(name), divergence / (1 - eta)] as const),
    ['noise outside of its box', binaryEntropy(eta) / (1 - eta)],
    ...paid,
    ['ln(2√m/δ)', pacBayesCost(sequences, delta)],
  ];
}
