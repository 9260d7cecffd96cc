import { gaussianDivergence, pacBayesCost } from '../methods/pacBayesMajorant';
import type { NoiseRuns, NoisyBlock } from './nearbyRuns';
import { nearbyRow, type NearbySetting } from './nearbyRow';
import { gridCost, normSlack } from '../numbers/radiusGrid';
import { reportedName } from '../classes/reportedName';
import type { Row, RowHeader } from '../row';
import type { RowNumber } from '../rowAnswer';
import { gibbs } from './stochasticNetworks';

const header: RowHeader = {
  id: 'Gibbs',
  status: 'certified',
  p: null,
  about: 'stochastic',
  source:
    'PAC-Bayes-kl (Langford & Seeger 2001; Maurer 2004) with Gaussian noise measured as in Langford & Caruana 2002: about the network whose weights are drawn anew for every sequence',
};

export const waitsForNoise =
  'Waits for noisy runs: thousands of networks near the checkpoint, each run on all training sequences. They are made on request.';

export const seedOnce = {
  text: 'The seed was chosen once, and not after looking at what other seeds give.',
  state: 'assumed',
} as const;

/** About the network with random weights around the checkpoint. */
export const gibbsRow: Row = nearbyRow(header, {
  runs: ({ noise }) => noise,
  waitsFor: waitsForNoise,
  assumptions: (noise) => [
    {
      text: 'The bound is about the stochastic network: for every sequence its weights are drawn anew from Gaussians around the checkpoint’s. It is no bound for the checkpoint itself.',
      state: 'met',
    },
    ...(noise === null ? [] : [freshDraws(noise)]),
    seedOnce,
  ],
  number: gibbsNumber,
});

const freshDraws = ({ draws }: NoiseRuns) =>
  ({
    text: `The scales of the noise were searched with other draws, and frozen before the ${draws.toLocaleString('en-US')} fresh ones that count. Half of the row’s share of δ is for the draws, half for the sequences.`,
    state: 'met',
  }) as const;

/**
 * The Gibbs row (theory section 5): q = klinv(mean loss, ln(1/δ′)/n), then klinv(q, (KL + ln(2√m/δ″) + J ln 321 + Λ_arch)/m)
 * with δ′ = δ″ = half of the row's share.
 */
export function gibbsNumber(
  { blocks, draws, meanLoss }: NoiseRuns,
  sequences: number,
  { delta, architectureCost }: NearbySetting,
): RowNumber {
  const half = delta / 2;
  const divergences = blocks.map((block): [string, number] => [reportedName(block.name), noiseDivergence(block)]);
  const divergence = divergences.reduce((total, [, nats]) => total + nats, 0);
  const priors = blocks.length * gridCost;
  const lambda = priors + architectureCost;
  const { q, bound } = gibbs(meanLoss, draws, half, { divergence, sequences, delta: half, lambda });
  const confidence = pacBayesCost(sequences, half);
  return {
    bound,
    log10: Math.log10(bound),
    gamma: null,
    lambda,
    nats: divergence + confidence + lambda,
    terms: [
      ['mean loss of the draws', meanLoss],
      ['n, fresh draws', draws],
      ['q, their mean loss at most', q],
      ['KL', divergence],
      ['ln(2√m/δ)', confidence],
      ['m, training sequences', sequences],
    ],
    costs: [
      ...divergences,
      ['Λ: the scales of the priors', priors],
      ...(architectureCost > 0 ? [['Λ: the architecture', architectureCost] as const] : []),
      ['ln(2√m/δ)', confidence],
    ],
  };
}

/** KL(N(A, σ²I) ‖ N(A₀, s₀²I)) at the best s₀ of the grid, which is paid for apart. */
export const noiseDivergence = ({ parameters, sigma, squaredDistance }: Omit<NoisyBlock, 'name'>): number =>
  gaussianDivergence({ parameters, distance: Math.sqrt(squaredDistance) * normSlack }, Math.log(sigma));
