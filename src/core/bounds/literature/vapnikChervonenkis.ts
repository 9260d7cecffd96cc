/** A vanilla network with tanh units, unrolled in time. */
export interface GrowthQuestion {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputs: number;
  readonly steps: number;
}

/** Free numbers with a bias for every unit and every score: tanh is 2σ(2u) − 1, so σ needs them even where tanh has none. */
export const sigmoidWeights = ({ inputSize, hiddenSize, outputs }: GrowthQuestion): number =>
  hiddenSize * (inputSize + hiddenSize + 1) + outputs * (hiddenSize + 1);

/**
 * ln Π(n), how many ways the decisions on n sequences can be at most (Anthony & Bartlett 1999, Theorem 8.13, from memory; after
 * Karpinski & Macintyre 1997), n at least W: 2^{(Wk)²/2} (18 W k²)^{5Wk} (e n/W)^W with W weights, shared over the steps, and
 * k = t d_h + 1 units. K classes are K (K − 1) such decisions, one for each ordered pair.
 */
export function logGrowth(question: GrowthQuestion, sequences: number): number {
  const { hiddenSize, outputs, steps } = question;
  const weights = sigmoidWeights(question);
  const units = steps * hiddenSize + 1;
  const one =
    ((weights * units) ** 2 / 2) * Math.LN2 +
    5 * weights * units * Math.log(18 * weights * units * units) +
    weights * (1 + Math.log(sequences / weights));
  return (outputs > 1 ? outputs * (outputs - 1) : 1) * one;
}

/** R ≤ error + √((8/m)(ln Π(2m) + ln(4/δ))). */
export const growthBound = (error: number, logCount: number, sequences: number, delta: number): number =>
  error + Math.sqrt((8 / sequences) * (logCount + Math.log(4 / delta)));
