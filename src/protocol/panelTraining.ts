import type { Changes } from '../core/beforeAfter';
import type { TrainingSettings } from '../core/training/trainingSettings';
import type { EpochRecord } from '../core/training/trainingState';
import type { EpochLook, RetrainResult, TrainingProgress } from './trainingApi';

/** Everything a panel shows of the trainings of its checkpoint; it always receives the whole of it. */
export interface PanelTraining {
  /** The oldest first; only the last one can be under way. */
  readonly runs: readonly TrainingRun[];
  /** Whether the last one has come to a halt and can go on from where it was written down. */
  readonly isResumable: boolean;
}

/** A training as it is shown: of its steps and epochs, some hundred at most. */
export interface TrainingRun {
  /** From 1. */
  readonly number: number;
  readonly settings: TrainingSettings;
  /** A run that was stopped or failed has no result; one that ended has. */
  readonly status: 'running' | 'paused' | 'stopped' | 'failed' | 'ended';
  /** What is happening, for people; of a run that failed, why. */
  readonly phase: string;
  /** The last step that was told; null before the first. */
  readonly position: Omit<Extract<TrainingProgress, { readonly kind: 'step' }>, 'kind'> | null;
  readonly steps: readonly StepPoint[];
  readonly epochs: readonly EpochPoint[];
  readonly result: RunResult | null;
}

export interface StepPoint {
  /** How many epochs are done after it: 1.5 is in the middle of the second. */
  readonly at: number;
  readonly loss: number;
}

export interface EpochPoint extends Pick<EpochRecord, 'epoch' | 'trainingLoss' | 'validation'> {
  /** Whether it was the best one when it ended. */
  readonly isBest: boolean;
  /** Null where nobody looked at the network between these epochs. */
  readonly look: {
    readonly norms: EpochLook['norms'];
    readonly bound: EpochLook['bound'];
    /** Quantiles of the margins; null where there are none. */
    readonly margins: { readonly low: number; readonly median: number; readonly high: number } | null;
  } | null;
}

export interface RunResult extends Pick<
  RetrainResult,
  'path' | 'report' | 'epoch' | 'ended' | 'seconds' | 'device' | 'notes'
> {
  readonly changes: readonly Changes[];
}
