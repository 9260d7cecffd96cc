import { availableParallelism } from 'node:os';
import type { NearbyRuns } from '../../core/bounds/nearby/nearbyRuns';
import { codeTrials } from './codeTrials';
import { measuredSensitivity, meanSquare, noiseTrials } from './noiseTrials';
import { openThreads, type ThreadSetup } from './threads';
import { trialNetwork, type NearbyQuestion } from './trialNetwork';
import type { Trials } from './trialSetup';

/** Which networks near a checkpoint are wanted. */
export interface NearbyWish {
  /** Fresh draws of Gaussian noise on every block, and the seed of all draws; null: none. */
  readonly noise: { readonly draws: number; readonly seed: number } | null;
  readonly quantise: boolean;
}

/** A network near the checkpoint that a bound is about. */
export interface NearbyNetwork {
  readonly kind: 'noised' | 'quantised';
  /** What its file is called after: `noised`, `quantised-4bit`. */
  readonly name: string;
  /** On the training sequences. */
  readonly loss: number;
  /** Its weights by their names in the network. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

export interface NearbyAnswer {
  /** What the runs showed, or why there are none; null where there are no labelled training sequences. */
  readonly runs: NearbyRuns | string | null;
  readonly networks: readonly NearbyNetwork[];
}

/**
 * Runs networks near a checkpoint on its training sequences, on all processors; the answer does not depend on how many there are.
 *
 * @param open how networks are tried; by default in as many threads as there are processors.
 */
export async function nearbyNetworks(
  question: NearbyQuestion,
  { noise, quantise }: NearbyWish,
  open: (setup: ThreadSetup) => Trials | Promise<Trials> = (setup) => openThreads(setup, availableParallelism()),
): Promise<NearbyAnswer> {
  const { progress } = question;
  const network = await trialNetwork(question);
  if (network === null || typeof network === 'string') return { runs: network, networks: [] };
  const { setup, own, scoreError } = network;
  const trials = await open({ setup, own });
  try {
    progress('Measuring how strongly each block moves the scores');
    const scaled = await measuredSensitivity(setup.blocks, trials, noise?.seed ?? 0);
    const squaredMargin = meanSquare(own);
    const noised = noise && (await noiseTrials(network, scaled, squaredMargin, trials, { ...noise, progress }));
    const code = quantise ? await codeTrials(network, scaled, squaredMargin, trials, progress) : null;
    const named = (
      about: Pick<NearbyNetwork, 'kind' | 'name' | 'loss'>,
      weights: readonly Float32Array[],
    ): NearbyNetwork => ({
      ...about,
      weights: new Map(setup.blocks.map((block, k) => [block.name, weights[k]!])),
    });
    return {
      runs: { scoreError, noise: noised && noised.runs, quantised: code && code.run },
      networks: [
        ...(noised ? [named({ kind: 'noised', name: 'noised', loss: noised.runs.kept.loss }, noised.kept)] : []),
        ...(code
          ? [named({ kind: 'quantised', name: `quantised-${code.bits}bit`, loss: code.run.loss }, code.kept)]
          : []),
      ],
    };
  } finally {
    await trials.dispose();
  }
}
