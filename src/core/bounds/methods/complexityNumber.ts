import { bestGamma, type LossAtGamma } from './bestGamma';
import { sumLogs } from '../numbers/logarithms';
import type { RowNumber } from '../rowAnswer';

/** A bound of the shape ramp(γ) + C/γ + D. */
export interface ComplexityBound {
  /** ln C; null where the formula has no value. */
  readonly logComplexity: number | null;
  /** D, all that does not depend on γ. */
  readonly confidence: number;
}

/** The smallest such bound on the grid of γ; ramp losses and what else it is made of. */
export function complexityNumber(
  losses: LossAtGamma,
  { logComplexity, confidence }: ComplexityBound,
  { lambda, terms }: Pick<RowNumber, 'lambda' | 'terms'>,
): RowNumber {
  const { gamma, loss, result } = bestGamma(losses, (g, ramp) => {
    const log =
      logComplexity === null ? null : sumLogs([Math.log(ramp), logComplexity - Math.log(g), Math.log(confidence)]);
    return { bound: log === null ? Infinity : Math.exp(log), order: log ?? Infinity, result: log };
  });
  return {
    bound: result === null ? NaN : Math.exp(result),
    log10: result === null ? NaN : result / Math.LN10,
    gamma,
    lambda,
    nats: null,
    terms: [
      ['empirical ramp loss at γ', loss],
      ['log10 of the complexity', logComplexity === null ? null : (logComplexity - Math.log(gamma)) / Math.LN10],
      ['confidence term', confidence],
      ...terms,
    ],
  };
}
