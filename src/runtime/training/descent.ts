import { clipGradients } from '../../core/training/gradientClipping';
import type { KeptTo } from '../../core/training/keptTo';
import { optimizerStep } from '../../core/training/optimizer';
import type { TrainingOptions } from '../../core/training/trainingOptions';
import type { TrainingState } from '../../core/training/trainingState';
import type { BatchFeeds } from './batch';
import type { TrainingStep } from './trainingStep';

/** What the optimizer of a training moves: its weights, and what it remembers of them. */
export type MovingState = Pick<TrainingState, 'weights' | 'optimizer'>;

/** Moves weights down the gradient, batch by batch, wherever it computes. */
export interface Descent {
  /**
   * One step on a batch, with its penalties, its clipping, its optimizer and the projections that are due. Where the loss or
   * the norm of the gradients is not finite, and where nothing is answered, nothing moves. The state may lag behind the
   * steps that were taken, until `settle`.
   */
  step(
    state: MovingState,
    batch: BatchFeeds,
    learningRate: number,
    carried: ReadonlyMap<string, Float32Array>,
  ): Promise<DescentStep>;
  /** Brings the state up to date. */
  settle(state: MovingState): Promise<void>;
  /** Brings the state up to date, with every limit kept. */
  projectAll(state: MovingState): Promise<void>;
}

export interface DescentStep {
  /** The mean over the answers that count. */
  readonly loss: number;
  /** Of all gradients together, before they were clipped. */
  readonly gradientNorm: number;
  /** What the states are after the last step of the batch, by name; empty where they begin at zero. */
  readonly states: ReadonlyMap<string, Float32Array>;
}

/** The optimizer here, the gradients from wherever the step computes them. */
export function descent(step: TrainingStep, { gradientClip, optimizer }: TrainingOptions, kept: KeptTo): Descent {
  return {
    async step({ weights, optimizer: remembered }, batch, learningRate, carried) {
      const { loss, gradients, states } = await step.run(weights, batch, carried);
      if (!batch.isAnswered) return { loss, gradientNorm: 0, states };
      kept.penalise(weights, gradients);
      const gradientNorm = clipGradients(gradients, gradientClip);
      if (Number.isFinite(gradientNorm) && Number.isFinite(loss)) {
        optimizerStep(optimizer, remembered, learningRate, weights, gradients);
        kept.project(weights, remembered.step);
      }
      return { loss, gradientNorm, states };
    },
    settle: () => Promise.resolve(),
    projectAll: ({ weights }) => Promise.resolve(kept.project(weights, 'all')),
  };
}
