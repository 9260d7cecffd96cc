import type { Changes } from '../core/beforeAfter';
import type { AnalysisReport, BoundResult, MarginReport } from '../core/report';
import type { AskedDevice, DeviceName } from '../core/training/device';
import type { TrainingSettings } from '../core/training/trainingSettings';
import type { EpochRecord, Score, TrainingState } from '../core/training/trainingState';

export interface RetrainRequest {
  /** Absolute path of the checkpoint, which stays as it is. */
  readonly checkpoint: string;
  /** Absolute path of the data file; null: what the sidecar names. */
  readonly data: string | null;
  /** Absolute path of the sidecar; null: `<checkpoint>.recurscope.json`, if it exists. */
  readonly config: string | null;
  /** Absolute path of the checkpoint that radii and priors are measured from and that `pull` pulls to; null: see `retrain`. */
  readonly reference: string | null;
  readonly settings: TrainingSettings;
  /** Where to compute. @default 'auto' */
  readonly device?: AskedDevice;
  /** At most so many threads. */
  readonly threads: number;
  /** Absolute path of the new checkpoint; null: `<name>.retrained-<n>` beside the old one. */
  readonly out: string | null;
  /** Absolute path of the file in which the training is written down, and after how many seconds again. */
  readonly snapshot: string;
  readonly snapshotSeconds: number;
  /** Whether to go on from there, where it is a snapshot of this very training; else the training begins anew. */
  readonly resume: boolean;
}

/** What is known of a network between two epochs; a part is null where looking at it would have taken too much of the time. */
export interface EpochLook {
  /** The certified spectral norm of each recurrent matrix, upper ends, by its name in the network. */
  readonly norms: readonly { readonly name: string; readonly norm: number }[] | null;
  /** The best certified row; null also when none has a number. */
  readonly bound: Pick<BoundResult, 'id' | 'p' | 'value' | 'log10'> | null;
  readonly margins: MarginReport | null;
}

/** What a training tells while it goes on. */
export type TrainingProgress =
  | { readonly kind: 'phase'; readonly phase: string }
  | {
      readonly kind: 'step';
      /** From 1. */
      readonly epoch: number;
      readonly epochs: number;
      readonly batch: number;
      readonly batches: number;
      readonly loss: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
    }
  | { readonly kind: 'epoch'; readonly record: EpochRecord; readonly isBest: boolean; readonly look: EpochLook | null };

export interface RetrainResult {
  /** Absolute path of the new checkpoint. */
  readonly path: string;
  /** Absolute path of the Markdown document beside it. */
  readonly report: string;
  readonly before: AnalysisReport;
  readonly after: AnalysisReport;
  /** Every figure of both reports side by side. */
  readonly changes: readonly Changes[];
  readonly history: readonly EpochRecord[];
  readonly ended: NonNullable<TrainingState['ended']>;
  /** The epoch whose weights were kept. */
  readonly epoch: number;
  /** How it answers the sequences that were held out, which nobody looked at before; null where there are none. */
  readonly heldOut: Score | null;
  /** Without the analyses before and after. */
  readonly seconds: number;
  /** Where the training began to compute; where it failed there, `notes` say so. */
  readonly device: DeviceName;
  /** Sentences for people. */
  readonly notes: readonly string[];
}
