import { parseConstraint } from './constraint';
import type { LearningRate } from './learningRate';
import type { OptimizerOptions } from './optimizer';
import { defaultTraining, type TrainingOptions } from './trainingOptions';

/** How a checkpoint is retrained, as people write it; everything may be left out. */
export interface TrainingSettings {
  $schema?: string;
  /** Times that every training sequence is seen. @default 10 @minimum 1 @asType integer */
  epochs?: number;
  /** Sequences a step. @default 32 @minimum 1 @asType integer */
  batchSize?: number;
  /** @default "adam" */
  optimizer?: 'sgd' | 'momentum' | 'adam' | 'adamw';
  /** The largest one, if it changes. @default 0.001 @exclusiveMinimum 0 */
  learningRate?: number;
  /** How the learning rate falls: not at all, to zero, or by a factor after every so many epochs. @default "constant" */
  schedule?: 'constant' | 'cosine' | 'linear' | 'step';
  /** After how many epochs the schedule "step" lowers the learning rate. @default 10 @minimum 1 @asType integer */
  stepEpochs?: number;
  /** What the schedule "step" multiplies the learning rate by. @default 0.1 @exclusiveMinimum 0 @maximum 1 */
  stepFactor?: number;
  /** Steps over which the learning rate rises from zero first. @default 0 @minimum 0 @asType integer */
  warmup?: number;
  /** Of the optimizer "momentum". @default 0.9 @minimum 0 @exclusiveMaximum 1 */
  momentum?: number;
  /** An L2 penalty, or with "adamw" a decay of its own. @default 0 @minimum 0 */
  weightDecay?: number;
  /** The largest Euclidean norm of all gradients together; null: none. @default 1 @exclusiveMinimum 0 */
  gradientClip?: number | null;
  /** The share of what one layer hands on to the next that is left out at random. @default 0 @minimum 0 @exclusiveMaximum 1 */
  dropout?: number;
  /** The share of the training sequences that says when to stop instead of training. @default 0.1 @minimum 0 @exclusiveMaximum 1 */
  validation?: number;
  /** Epochs without a smaller validation loss after which the training stops; null: never. @default null @minimum 1 @asType integer */
  patience?: number | null;
  /** Whether the result is the epoch with the smallest validation loss, or the last. @default "best" */
  keep?: 'best' | 'last';
  /** The longest piece of a sequence through which gradients flow; null: whole sequences. @default null @minimum 1 @asType integer */
  truncate?: number | null;
  /** Such as "spectral-norm=1", "spectral-norm:U_f=1", "orthogonal", "pull=0.01", "bound=0.001". */
  constraints?: string[];
  /** Whether an embedding in front of the recurrent layers is trained with them, on the processor. @default true */
  trainEmbedding?: boolean;
  /** @default 0 @minimum 0 @maximum 9007199254740991 @asType integer */
  seed?: number;
}

/**
 * The options that settings stand for.
 *
 * @throws Problem where a constraint cannot be read.
 */
export function trainingOptions(settings: TrainingSettings): TrainingOptions {
  const { epochs, batchSize, gradientClip, dropout, validation, patience, keep, truncate, trainEmbedding, seed } = {
    ...defaultTraining,
    ...settings,
  };
  return {
    ...{ epochs, batchSize, gradientClip, dropout, validation, patience, keep, truncate, trainEmbedding, seed },
    optimizer: optimizerOptions(settings),
    learningRate: learningRate(settings),
    constraints: (settings.constraints ?? []).map(parseConstraint),
  };
}

function optimizerOptions({ optimizer = 'adam', weightDecay = 0, momentum = 0.9 }: TrainingSettings): OptimizerOptions {
  if (optimizer === 'sgd') return { kind: 'sgd', weightDecay };
  if (optimizer === 'momentum') return { kind: 'momentum', weightDecay, momentum };
  return { kind: optimizer, weightDecay, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
}

function learningRate({
  learningRate: peak = 1e-3,
  schedule = 'constant',
  stepEpochs: every = 10,
  stepFactor: factor = 0.1,
  warmup = 0,
}: TrainingSettings): LearningRate {
  return { peak, warmup, schedule: schedule === 'step' ? { kind: 'step', every, factor } : { kind: schedule } };
}
