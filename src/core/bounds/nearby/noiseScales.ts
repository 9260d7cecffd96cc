import { eighthPower } from '../numbers/eighthPower';

/** What a scale of noise for a block is chosen from. */
export interface ScaledBlock {
  readonly parameters: number;
  /** ‖A − A₀‖². */
  readonly squaredDistance: number;
  /** By how much noise of variance 1 on the block would move a margin, squared, in the mean: Σ E (∂M/∂A)². */
  readonly sensitivity: number;
}

/** The smallest scale, a point of the grid: a block that is where its prior has its centre costs nothing there. */
const smallest = eighthPower(-160);

/** Noise a hundred times the distance in variance leaves 0.005 nats for each number; more would win nothing. */
const mostVariance = 100;

/**
 * Scales of noise that cost the fewest nats for the expected squared move of a margin: at the minimum of
 * Σ_A (n_A/2) ln(1 + f_A/u_A) + λ Σ_A u_A G_A over variances u_A = σ_A², with f_A = ‖A − A₀‖²/n_A. Its derivative is zero where
 * u² + f u = n f/(2 λ G).
 */
export const scalesFor = (blocks: readonly ScaledBlock[], lambda: number): number[] =>
  blocks.map(({ parameters: n, squaredDistance, sensitivity }) => {
    const f = squaredDistance / n;
    const product = (n * f) / (2 * lambda * sensitivity);
    // The root of the quadratic equation, written without the difference of two numbers that may be nearly the same.
    const variance = (2 * product) / (f + Math.sqrt(f * f + 4 * product));
    const limited = Number.isFinite(variance) ? Math.min(variance, mostVariance * f) : mostVariance * f;
    return Math.max(smallest, Math.sqrt(limited));
  });

/**
 * The λ to try, largest first: half the number of weights over the squared relative move of the margins that they would buy.
 * `squaredMargin` is the mean square of the margins.
 */
export function multipliers(blocks: readonly ScaledBlock[], squaredMargin: number): number[] {
  const parameters = blocks.reduce((total, block) => total + block.parameters, 0);
  return Array.from({ length: 15 }, (_, k) => parameters / (2 * squaredMargin * 10 ** ((k - 12) / 2)));
}
