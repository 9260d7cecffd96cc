import type { Constraint } from './constraint';
import type { LearningRate } from './learningRate';
import type { OptimizerOptions } from './optimizer';

/** Everything that decides how a training goes: with the same data, the same options give the same weights. */
export interface TrainingOptions {
  readonly epochs: number;
  /** Sequences a step. */
  readonly batchSize: number;
  readonly optimizer: OptimizerOptions;
  readonly learningRate: LearningRate;
  /** The largest Euclidean norm of all gradients together; null: as they are. */
  readonly gradientClip: number | null;
  /** The share of what one layer hands on to the next that is left out at random. */
  readonly dropout: number;
  /** The share of the training sequences that does not train, but says when to stop and which epoch was best. */
  readonly validation: number;
  /** How many epochs may pass without a smaller validation loss; null: all of them. */
  readonly patience: number | null;
  /** Which epoch's weights are the result. */
  readonly keep: 'best' | 'last';
  /** The longest piece of a sequence through which gradients flow back, states being carried on; null: whole sequences. */
  readonly truncate: number | null;
  readonly constraints: readonly Constraint[];
  /** Whether an embedding in front of the network is trained with it. */
  readonly trainEmbedding: boolean;
  readonly seed: number;
}

export const defaultTraining: TrainingOptions = {
  epochs: 10,
  batchSize: 32,
  optimizer: { kind: 'adam', weightDecay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  learningRate: { peak: 1e-3, schedule: { kind: 'constant' }, warmup: 0 },
  gradientClip: 1,
  dropout: 0,
  validation: 0.1,
  patience: null,
  keep: 'best',
  truncate: null,
  constraints: [],
  trainEmbedding: true,
  seed: 0,
};
