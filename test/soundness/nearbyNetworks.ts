import { drawnWeights, type CentredBlock } from '../../src/core/bounds/nearby/drawnWeights';
import type { NearbyRuns } from '../../src/core/bounds/nearby/nearbyRuns';
import { binaryMargin } from '../../src/core/bounds/margins/margins';
import type { Network } from '../../src/core/cells/network';
import type { SeededRandom } from '../../src/core/linalg/seededRandom';
import type { NearbyKind } from '../../src/core/report';
import { codeTrials } from '../../src/runtime/nearby/codeTrials';
import { measuredSensitivity, noiseTrials } from '../../src/runtime/nearby/noiseTrials';
import type { TrialNetwork } from '../../src/runtime/nearby/trialNetwork';
import type { Trials } from '../../src/runtime/nearby/trialSetup';
import { losses, scoreAt, scoresOf, type Candidate } from './candidate';
import { countsOf } from './choose';
import { expectation, type Population } from './population';

/** What rows about networks near the checkpoint are given, and the true risk of the network that each kind is about. */
export interface Nearby {
  readonly runs: NearbyRuns;
  readonly risks: Readonly<Record<NearbyKind, number>>;
}

/** Draws that bounds count, and those by which the risk of the stochastic network is estimated. */
const counted = 200;
const estimated = 500;

/**
 * Searches noise and codes as the analysis does, with the same searches; only the runs are those of a known distribution. For
 * networks with one score and one label a sequence.
 */
export async function nearbyNetworks(
  network: Network,
  own: Candidate,
  from: Population,
  training: Int32Array,
  { uniform }: SeededRandom,
): Promise<Nearby> {
  const counts = countsOf(training, from);
  const blocks = [...own.weights].map(([name, values]): CentredBlock => ({ name, values, start: null }));
  const scoresWith = (weights: readonly Float32Array[]): Float64Array =>
    scoresOf(network, new Map(blocks.map(({ name }, k) => [name, Float64Array.from(weights[k]!)])), from);
  const marginsOf = (scores: Float64Array): Float64Array =>
    Float64Array.from(from.outcomes, ({ sequence, labels }) =>
      binaryMargin(scoreAt({ scores, outputs: 1 }, from, sequence, 0)[0]!, labels[0]!),
    );
  const mean = (value: (outcome: number) => number): number =>
    counts.reduce((total, count, k) => total + count * value(k), 0) / training.length;
  const ownMargins = marginsOf(own.scores);
  const trials: Trials = {
    run(task) {
      const { weights, blocks: drawn } =
        task.kind === 'drawn' ? drawnWeights(blocks, task.sigmas, task.seed) : { weights: task.weights, blocks: null };
      const margins = marginsOf(scoresWith(weights));
      return Promise.resolve({
        loss: mean((k) => (margins[k]! > 0 ? 0 : 1)),
        squaredMove: mean((k) => (margins[k]! - ownMargins[k]!) ** 2),
        drawn,
      });
    },
    dispose: () => Promise.resolve(),
  };
  const setup = { model: new Uint8Array(), batches: [], outputs: 1, scoresEveryStep: false, labelSteps: 1 };
  const trial: TrialNetwork = {
    setup: { ...setup, blocks },
    own: Float32Array.from(ownMargins),
    sequences: training.length,
    scoreError: 0,
  };
  const seed = Math.floor(uniform(0, 2 ** 53));
  const scaled = await measuredSensitivity(blocks, trials, seed);
  const squaredMargin = mean((k) => ownMargins[k]! ** 2);
  const options = { draws: counted, seed, progress: () => {} };
  const noise = await noiseTrials(trial, scaled, squaredMargin, trials, options);
  const code = await codeTrials(trial, scaled, squaredMargin, trials, () => {});
  const riskOf = (weights: readonly Float32Array[]): number =>
    expectation(from, losses({ scores: scoresWith(weights), outputs: 1 }, from, { margin: 0 }));
  const sigmas = noise.runs.blocks.map(({ sigma }) => sigma);
  let total = 0;
  for (let k = 0; k < estimated; k++) {
    total += riskOf(drawnWeights(blocks, sigmas, Math.floor(uniform(0, 2 ** 53))).weights);
  }
  return {
    runs: { scoreError: 0, noise: noise.runs, quantised: code.run },
    risks: { stochastic: total / estimated, noised: riskOf(noise.kept), quantised: riskOf(code.kept) },
  };
}
