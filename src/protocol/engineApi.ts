import type { PortableQuestion } from '../core/bounds/portableQuestion';
import type { CheckpointRequest } from '../core/cells/checkpointRequest';
import type { AnalysisReport } from '../core/report';
import type { DeviceReport } from '../core/training/device';
import type { TrainingSettings } from '../core/training/trainingSettings';
import type { RetrainRequest, RetrainResult, TrainingProgress } from './trainingApi';

export interface AnalysisRequest {
  /** Absolute path of the checkpoint. */
  readonly checkpoint: string;
  /** Absolute path of the data file; null: what the sidecar names, if anything. */
  readonly data: string | null;
  /** Absolute path of the sidecar; null: `<checkpoint>.recurscope.json`, if it exists. */
  readonly config: string | null;
  /** Absolute path of the checkpoint that the training started from; null or left out: what the sidecar names, if any. */
  readonly reference?: string | null;
  /** Networks near the checkpoint to run on its training sequences as well; null or left out: none, and their rows wait. */
  readonly nearby?: NearbyRequest | null;
  /** Whether the user's model may be run. False in an untrusted workspace: the file is parsed and measured only. */
  readonly mayRun: boolean;
}

/** What rows about networks near the checkpoint need: it takes long, so only on request. */
export interface NearbyRequest {
  /** Fresh draws of Gaussian noise on every block, each run on all training sequences; null: no noise. */
  readonly noise: { readonly draws: number; readonly seed: number } | null;
  /** Whether the weights are quantised and run. */
  readonly quantise: boolean;
  /** The seed of the random weights at which the tangent kernel of the network is computed; null: it is not. @default null */
  readonly kernel?: { readonly seed: number } | null;
}

export interface Progress {
  /** What is happening now, for people: "Reading the checkpoint". */
  readonly phase: string;
  /** Everything known so far, as soon as there is something to show. */
  readonly report: AnalysisReport | null;
}

/** A cell to choose among. */
export interface ListedCell {
  readonly name: string;
  readonly source: string;
  /** How large its states can get, for people. */
  readonly stateBound: string;
}

export interface NewCheckpointRequest {
  /** Absolute path of the new file. */
  readonly path: string;
  /** The absolute path beside it under which it is made complete first; a process that is killed leaves that behind. */
  readonly temporary: string;
  readonly network: CheckpointRequest;
}

/** What the background process can be asked for. */
export interface EngineApi {
  analyze(request: AnalysisRequest): Promise<AnalysisReport>;
  /** What the bounds of the last analysis answer, to ask it again with another length, δ or norm; null: there was no run. */
  question(): Promise<PortableQuestion | null>;
  /** Trains a copy of a checkpoint; answers when it is written. One training at a time. */
  retrain(request: RetrainRequest): Promise<RetrainResult>;
  /** Lets a training wait before its next step, or go on; one that waits is written down. */
  pauseTraining(isPaused: boolean): Promise<void>;
  /** Ends a training as soon as one of its epochs is done; the result is the best one. */
  endTraining(): Promise<void>;
  /** Reads a file of training settings (absolute path). */
  trainingSettings(path: string): Promise<TrainingSettings>;
  /** Writes `<checkpoint>.bounds.json` and `.bounds.md`, both or neither; answers their absolute paths. */
  saveReport(request: { readonly checkpoint: string; readonly report: AnalysisReport }): Promise<readonly string[]>;
  /** What can be trained on, and why something cannot; each device is tried once. */
  devices(): Promise<readonly DeviceReport[]>;
  /** Every cell, in the order of the list. */
  cells(): Promise<readonly ListedCell[]>;
  /** What is wrong with an untrained network that may be asked for, in one sentence; null: nothing. */
  checkNetwork(network: CheckpointRequest): Promise<string | null>;
  /** Writes an untrained network to a file that is not there yet; answers its path. */
  newCheckpoint(request: NewCheckpointRequest): Promise<string>;
  /** Names the data file (absolute path) in the checkpoint's sidecar, keeping what else it says; answers the sidecar's path. */
  chooseData(request: { readonly checkpoint: string; readonly data: string }): Promise<string>;
  /** Names the checkpoint (absolute path) that the training started from in the sidecar, or takes that out again (null). */
  chooseReference(request: { readonly checkpoint: string; readonly reference: string | null }): Promise<string>;
}

/** What the background process says on its own. */
export interface EngineEvents {
  progress(progress: Progress): void;
  training(progress: TrainingProgress): void;
}
