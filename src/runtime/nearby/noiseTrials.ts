import {
  drawnWeights,
  drawSeed,
  squaredDistance,
  type CentredBlock,
  type DrawPurpose,
} from '../../core/bounds/nearby/drawnWeights';
import { noiseDivergence } from '../../core/bounds/nearby/gibbsRow';
import { klInverse } from '../../core/bounds/numbers/klInverse';
import type { NoiseRuns } from '../../core/bounds/nearby/nearbyRuns';
import { multipliers, scalesFor, type ScaledBlock } from '../../core/bounds/nearby/noiseScales';
import { pacBayesCost } from '../../core/bounds/methods/pacBayesMajorant';
import { gridCost } from '../../core/bounds/numbers/radiusGrid';
import { drawnBlocks } from '../../core/bounds/nearby/rivasplataRow';
import { searchedScales } from '../../core/bounds/nearby/searchedScales';
import { rivasplata } from '../../core/bounds/nearby/stochasticNetworks';
import { searchPrice } from './searchPrice';
import type { SearchedNetwork } from './trialNetwork';
import type { TrialMargins, TrialResult, Trials } from './trialSetup';

/** How small the noise is that measures how strongly a block moves the margins, relative to its own numbers. */
const smallNoise = 0.01;
const sensitivityDraws = 4;
/** Draws that are looked at one by one, and paid for; fixed before any data. */
const looks = 64;
/** What a search takes for the share of δ of a row; it only steers the search. */
const typicalShare = 0.0025;

export interface NoiseTrials {
  readonly runs: NoiseRuns;
  /** The network that was kept, in float32 and in the order of the blocks. */
  readonly kept: readonly Float32Array[];
}

/**
 * Searches scales for Gaussian noise on every block with draws of their own; then freezes them, and only then makes the draws
 * that bounds count (theory section 5).
 */
export async function noiseTrials(
  { setup, sequences }: SearchedNetwork,
  scaled: readonly ScaledBlock[],
  squaredMargin: number,
  trials: Trials,
  { draws, seed, progress }: { draws: number; seed: number; progress: (phase: string) => void },
): Promise<NoiseTrials> {
  const { blocks } = setup;
  const run = (sigmas: readonly number[], purpose: DrawPurpose, draw: number): Promise<TrialResult> =>
    trials.run({ kind: 'drawn', sigmas, seed: drawSeed(seed, purpose, draw) });
  const noisy = (sigmas: readonly number[]): NoiseRuns['blocks'] =>
    blocks.map((block, k) => ({
      name: block.name,
      parameters: block.values.length,
      sigma: sigmas[k]!,
      squaredDistance: squaredDistance(block),
    }));

  const searchDraws = Math.max(8, Math.min(32, Math.ceil(100_000 / sequences)));
  const cost = pacBayesCost(sequences, typicalShare) + blocks.length * gridCost;
  let searched = 0;
  const sigmas = await searchedScales(
    multipliers(scaled, squaredMargin).map((lambda) => scalesFor(scaled, lambda)),
    async (candidate) => {
      const results = await Promise.all(
        Array.from({ length: searchDraws }, (_, draw) => run(candidate, 'search', draw)),
      );
      progress(`Searching the scale of the noise: ${(searched += searchDraws)} noisy networks`);
      const loss = klInverse(meanLoss(results), -Math.log(typicalShare) / draws);
      const divergence = noisy(candidate).reduce((total, block) => total + noiseDivergence(block), 0);
      return searchPrice(loss, divergence + cost, sequences);
    },
  );

  let done = 0;
  const fresh = await Promise.all(
    Array.from({ length: draws }, async (_, draw) => {
      const result = await run(sigmas, 'gibbs', draw);
      progress(`Noisy networks: ${(++done).toLocaleString('en-US')} of ${draws.toLocaleString('en-US')}`);
      return result;
    }),
  );
  const drawn = await Promise.all(Array.from({ length: looks }, (_, draw) => run(sigmas, 'rivasplata', draw)));
  const frozen = noisy(sigmas);
  const prices = drawn.map(({ loss, drawn: found }) => {
    const question = { sequences, delta: typicalShare, lambda: cost };
    return rivasplata(drawnBlocks(frozen, { blocks: found! }), loss, question).bound;
  });
  const best = prices.reduce((least, price, k) => (price < prices[least]! ? k : least), 0);
  return {
    runs: {
      ...{ seed, blocks: frozen, draws, meanLoss: meanLoss(fresh), looks },
      kept: { loss: drawn[best]!.loss, blocks: drawn[best]!.drawn! },
    },
    kept: drawnWeights(blocks, sigmas, drawSeed(seed, 'rivasplata', best)).weights,
  };
}

/** How strongly each block moves the margins: measured with little noise on that block alone. */
export async function measuredSensitivity(
  blocks: readonly CentredBlock[],
  trials: Trials,
  seed: number,
): Promise<ScaledBlock[]> {
  return Promise.all(
    blocks.map(async (block, k) => {
      const size = Math.sqrt(block.values.reduce((sum, value) => sum + value * value, 0) / block.values.length);
      const sigma = smallNoise * Math.max(size, 1e-3);
      const sigmas = blocks.map((_, j) => (j === k ? sigma : 0));
      const results = await Promise.all(
        Array.from({ length: sensitivityDraws }, (_, draw) =>
          trials.run({ kind: 'drawn', sigmas, seed: drawSeed(seed, 'sensitivity', k * sensitivityDraws + draw) }),
        ),
      );
      const move = results.reduce((sum, { squaredMove }) => sum + squaredMove, 0) / results.length;
      return {
        parameters: block.values.length,
        squaredDistance: squaredDistance(block),
        sensitivity: move / (sigma * sigma),
      };
    }),
  );
}

/** The mean of M² over all margins that are numbers; 1 where there are none. */
export function meanSquare(margins: TrialMargins): number {
  let sum = 0;
  let count = 0;
  for (const margin of margins) {
    if (!Number.isFinite(margin)) continue;
    sum += margin * margin;
    count++;
  }
  return sum > 0 ? sum / count : 1;
}

const meanLoss = (results: readonly TrialResult[]): number =>
  results.reduce((total, { loss }) => total + loss, 0) / results.length;
