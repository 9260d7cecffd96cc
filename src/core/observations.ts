import type { SequenceNorms } from './bounds/classes/inputGroups';

/** Statistics of one activation of a cell over all sequences and steps; padded steps are excluded. */
export interface GateStatistics {
  readonly gate: string;
  readonly mean: number;
  readonly standardDeviation: number;
  /** From 1,000 equal bins, so within one bin width. */
  readonly quantiles: readonly { readonly probability: number; readonly value: number }[];
  /** Shares of activations below 0.1 and above 0.9, also of a candidate in [−1, 1]; null for an activation without bounds. */
  readonly leftSaturated: number | null;
  readonly rightSaturated: number | null;
  /** Shares in equal bins from `from` to `to`; they add up to 1. */
  readonly histogram: { readonly from: number; readonly to: number; readonly shares: readonly number[] };
}

/** How well our reading of the recurrent layers reproduces the model itself. */
export interface Agreement {
  /** The largest |ours − theirs| / (1 + |theirs|) over everything compared. */
  readonly maxRelativeError: number;
  /** How many numbers were compared. */
  readonly compared: number;
  readonly peer: 'onnxruntime' | 'tfjs' | 'evaluate';
}

/** What was seen when the model ran on the user's sequences. */
export interface Observations {
  /** The most steps that a layer which the scores depend on took for each sequence, padding excluded. */
  readonly lengths: Int32Array;
  /** The largest norms of x_t over sequences and steps, x being what recurrent layers read from outside. Null if unknown. */
  readonly inputNorm: { readonly two: number; readonly inf: number } | null;
  /** The same of each sequence. @default unknown */
  readonly inputNorms?: SequenceNorms | null;
  /** Scores before a final softmax or sigmoid: sequences × steps × width, row by row; null when they could not be had. */
  readonly scores: {
    readonly steps: number;
    readonly width: number;
    readonly values: Float32Array | Float64Array;
  } | null;
  /** For each layer of the checkpoint, statistics of each activation; empty for a withheld layer. */
  readonly gates: readonly (readonly GateStatistics[])[];
  readonly agreement: Agreement | null;
  /** Whether the scores themselves were compared with the readout as read, V h + c. */
  readonly readoutCompared: boolean;
  /** Whether the file describes a network and holds another graph than that describes. @default false */
  readonly otherGraph?: boolean;
  readonly notes: readonly string[];
}
