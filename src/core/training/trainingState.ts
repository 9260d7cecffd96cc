import type { ComplexitySlopes } from './boundPenalty';
import type { OptimizerState } from './optimizer';

/** One epoch, for people and for the choice of the best one. */
export interface EpochRecord {
  /** From 1; 0 is the network before the first step, where there is a validation part. */
  readonly epoch: number;
  /** The mean loss of its steps, while the weights moved; null in epoch 0, which has none. */
  readonly trainingLoss: number | null;
  /** On the validation part, with the weights at its end; null where there is none. */
  readonly validation: Score | null;
  /** The largest norm of all gradients together before clipping. */
  readonly largestGradient: number;
}

/** How well a network answers. */
export interface Score {
  readonly loss: number;
  /** The share of wrong answers; null where answers are numbers. */
  readonly error: number | null;
}

/** A training between two steps: with its options and its data, all that is needed to go on to the same weights. */
export interface TrainingState {
  /** The epoch that is next or under way, from 0. */
  epoch: number;
  /** How many of its batches are done. */
  batch: number;
  /** Of the epoch under way: summed loss, summed counts of answers, and the largest norm of gradients. */
  sums: { loss: number; answers: number; largestGradient: number };
  /** In the order of the training graph. */
  readonly weights: readonly Float32Array[];
  readonly optimizer: OptimizerState;
  /** The epoch with the smallest validation loss so far, or without a validation part the smallest training loss; the penalty of the bound is part of it. */
  best: { readonly epoch: number; readonly loss: number; readonly weights: readonly Float32Array[] } | null;
  readonly history: EpochRecord[];
  /** What the penalty of the bound knows of the network some steps ago. @default null */
  complexity?: ComplexitySlopes | null;
  /** Why it came to its end, "stopped" where somebody wanted its best epoch so far; null while it has not. */
  ended: 'epochs' | 'patience' | 'diverged' | 'stopped' | null;
}
