import type { CentredBlock } from '../../core/bounds/nearby/drawnWeights';

/** A network and the sequences that it is tried on, with labels; everything can be sent to another thread. */
export interface TrialSetup {
  /** The ONNX model of the network, its weights being inputs. */
  readonly model: Uint8Array;
  /** The weights of the checkpoint, in the order of every task. */
  readonly blocks: readonly CentredBlock[];
  readonly batches: readonly TrialBatch[];
  /** Scores of each answer; one is a scalar score. */
  readonly outputs: number;
  /** Whether scores come at every step, [steps, batch, outputs], or after the last one. */
  readonly scoresEveryStep: boolean;
  /** 1 for one label a sequence, else the most that a sequence has. */
  readonly labelSteps: number;
}

/** Sequences that are run together, time-major. */
export interface TrialBatch {
  readonly steps: number;
  readonly batch: number;
  /** [steps, batch, width]; memory that threads share. */
  readonly input: Float32Array;
  /** [steps, batch, 1] with 0 at padding; null where no sequence of any batch has any. */
  readonly mask: Float32Array | null;
  /** [batch, labelSteps]. */
  readonly labels: Int32Array;
  /** How many steps of each sequence have an answer that counts; with one label a sequence, its last step. */
  readonly lengths: Int32Array;
  /** Which of the training sequences these are, by their places among them. */
  readonly places: readonly number[];
}

/** A network to try: drawn around the checkpoint, or given, its weights in float32 and in the order of the blocks. */
export type TrialTask =
  | { readonly kind: 'drawn'; readonly sigmas: readonly number[]; readonly seed: number }
  | { readonly kind: 'given'; readonly weights: readonly Float32Array[] };

/** The margins of all answers, sequence by sequence in the order of the batches. */
export type TrialMargins = Float32Array;

export interface TrialResult {
  /** The mean loss over all sequences. */
  readonly loss: number;
  /** The mean square over sequences of how far their margins are from those of the checkpoint. */
  readonly squaredMove: number;
  /** Of a drawn network, block by block. */
  readonly drawn: readonly { readonly squaredDistance: number; readonly squaredNoise: number }[] | null;
}

/** Tries networks, several at a time where there are several threads; the results do not depend on how many. */
export interface Trials {
  run(task: TrialTask): Promise<TrialResult>;
  dispose(): Promise<void>;
}
