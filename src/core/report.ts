import type { Agreement, GateStatistics } from './observations';

export type BoundStatus = 'certified' | 'printed' | 'indicator' | 'notApplicable';
export type AssumptionState = 'met' | 'assumed' | 'violated' | 'unknown';

export interface Assumption {
  text: string;
  state: AssumptionState;
  /** The known gap between the paper and a true bound that this is about, such as G3; docs/theory.md lists them. */
  gap?: string;
}

/** What one part of a bound costs. */
export interface BoundCost {
  /** A block, such as U_f, or what else is paid for. */
  name: string;
  nats: number;
}

/** A named part of a bound, in the order in which it is read. */
export interface BoundTerm {
  name: string;
  value: number | null;
}

/** What a row about numeric labels z bounds, for predictions y of new sequences. */
export interface RegressionQuantity {
  /** The mean of min(1, ‖y − z‖/a) or of min(1, ‖y − z‖²/a²), or the probability of ‖y − z‖ > a. */
  kind: 'absolute' | 'squared' | 'exceedance';
  /** a. */
  scale: number;
  /** The norm that measures the distance; null where there is one number to predict. */
  norm: 2 | 'inf' | null;
  /** Whether the mean over the steps of a sequence is meant. */
  everyStep: boolean;
}

/** A network near the checkpoint: with weights drawn anew for every sequence, drawn once, or quantised. */
export type NearbyKind = 'stochastic' | 'noised' | 'quantised';

/** One row: one theorem in one norm. One id and one p is one row. */
export interface BoundResult {
  id: string;
  status: BoundStatus;
  /** The norm: 2, "inf", or null where a row has none. */
  p: 2 | 'inf' | null;
  /** The bound on the error of a new sequence, or on its `quantity`, clipped to 1; null when the row has no number. */
  value: number | null;
  /** What the value bounds, where it is not the probability of an error. @default the probability of an error */
  quantity?: RegressionQuantity;
  /** The network near the checkpoint that the bound is about. @default the checkpoint itself */
  about?: NearbyKind;
  /** log10 of the unclipped value. */
  log10: number | null;
  /** Ramp width the row was best at. */
  gamma: number | null;
  /** This row's share of δ. */
  delta: number | null;
  /** Λ: the price, in nats, of everything chosen after seeing the data. */
  lambda: number | null;
  /** The complexity in nats, where the row has one. */
  nats: number | null;
  terms: BoundTerm[];
  /** The complexity, part by part, where it is a sum of nats; else empty. */
  costs: BoundCost[];
  assumptions: Assumption[];
  /** Paper and equation. */
  source: string;
  /** Why the row has no number, or what it waits for; null when it has one. */
  reason: string | null;
}

/** A change, and what it would do to a row. */
export interface LeverReport {
  /** What to do, in words: "Cap ‖U_f‖₂ at 1, where it is 2.44". */
  change: string;
  /** What was taken for granted to predict its effect. */
  assuming: string;
  /**
   * What is compared: the bound; while it is nearly vacuous, its nats for each training sequence; log10 of what is not clipped
   * where it has no nats.
   */
  measure: 'bound' | 'natsPerSequence' | 'log10';
  before: number;
  after: number;
  /** The share of the measure that is saved; of the number itself where its logarithm is compared. */
  saving: number;
  /** The bound with the change, clipped to 1. */
  value: number;
}

/** What would help the best certified row about the class of networks with such norms, and how much. */
export interface ExplanationReport {
  /** The row. */
  id: string;
  p: 2 | 'inf' | null;
  /** Those that save most come first. */
  levers: LeverReport[];
  /** How many training sequences, with losses as they are, bring the row down to the target; null: no number does. */
  sequencesNeeded: { target: number; sequences: number | null };
}

/** The norms of a learned matrix as it is applied. */
export interface NormsReport {
  /** [rows, columns] of the matrix that is applied, rows being outputs. */
  shape: [number, number];
  spectralNorm: { lower: number; upper: number };
  frobeniusNorm: number;
  /** Sum of the Euclidean norms of the columns. */
  norm21: number;
  /** Largest absolute row sum. */
  infinityNorm: number;
  /** Largest Euclidean norm of a row. */
  maxRowNorm: number;
  /** ‖A‖_F² / ‖A‖₂²; null for a zero matrix. */
  stableRank: number | null;
}

export interface MatrixReport extends NormsReport {
  /** Its name in the equations: W_f. */
  name: string;
  /** The one gate it feeds; null where it feeds none or several. */
  gate: string | null;
  /** What it reads: the input, a state, or neither directly. */
  role: 'input' | 'recurrent' | 'inner';
  /** [rows, columns] of what is stored, where not every entry is learned by itself, as in a convolution; else null. */
  stored: [number, number] | null;
}

export interface VectorReport {
  /** Its name in the equations: b_f. */
  name: string;
  gate: string | null;
  size: number;
  /** Euclidean norm. */
  norm2: number;
  infinityNorm: number;
}

export interface BiasReport extends VectorReport {
  role: 'input' | 'recurrent';
}

export interface LayerReport {
  name: string;
  cell: string;
  direction: 'forward' | 'reverse';
  inputSize: number;
  hiddenSize: number;
  /** How many numbers the layer reads and hands on at every step; in most cells these are the two sizes. */
  inputWidth: number;
  outputWidth: number;
  /** Whether the layer adds what it reads to what its cell puts out. */
  residual: boolean;
  /** The cell's equations as computed, one line each; empty when an option is not supported. */
  equations: string[];
  /** The same lines as presentation MathML, a `math` element each. */
  equationsMathMl: string[];
  /** The paper that the equations come from; null when there are none. */
  source: string | null;
  /** How large the states can become, and the names of those that can grow without end; null when an option is not supported. */
  stateBound: { text: string; unbounded: string[] } | null;
  matrices: MatrixReport[];
  biases: BiasReport[];
  /** Learned vectors that multiply: peepholes, diagonals, angles, trained shares. */
  vectors: VectorReport[];
  gates: GateStatistics[];
  /** Vanilla cells only: β = ρ‖U‖₂ from the upper end of the interval, and its regime for the longest sequence (S000 §1, Table 1). */
  regime: { beta: number; regime: 'contracting' | 'critical' | 'expanding' | null } | null;
}

/** A dense layer of a readout in front of the last one. */
export interface DenseReport {
  /** Its matrix in the bounds: V1. */
  name: string;
  matrix: NormsReport;
  /** Euclidean norm of the bias; null where there is none. */
  biasNorm: number | null;
  /** Its activation, such as relu. */
  activation: string;
}

export interface ReadoutReport {
  /** Whether the scores are V h + c. */
  linear: boolean;
  reason: string | null;
  steps: 'last' | 'every' | 'mean' | 'other';
  chain: { name: string; operation: string }[];
  finalActivation: 'none' | 'softmax' | 'logSoftmax' | 'sigmoid';
  output: string;
  outputs: number;
  /** Dense layers in front of the last one, in their order; empty where the readout is linear or was not understood. */
  hidden: DenseReport[];
  /** The norms of V, which the scores come out of; null when the readout was not understood. */
  matrix: NormsReport | null;
  biasNorm: number | null;
}

export interface DataReport {
  sequences: number;
  trainingSequences: number;
  heldOutSequences: number;
  maxLength: number;
  minLength: number;
  /** Largest norms of what the first recurrent layer reads; null when not observed. */
  inputNorm: { two: number; inf: number } | null;
  task: 'classification' | 'regression' | null;
  classes: number | null;
  /** Share of errors (classification) on the training and the held-out part; null without labels or without such a part. */
  trainingError: number | null;
  heldOutError: number | null;
  /** How far predictions are from numeric labels; null where the task is another or distances are not known. */
  regression: RegressionReport | null;
  /** δ: the probability with which all certified rows together may fail. */
  delta: number;
}

/** How far predictions are from numeric labels, and the loss that the bounds are about. */
export interface RegressionReport {
  loss: 'absolute' | 'squared';
  /** a: distances from here on count as 1. */
  scale: number;
  /** Whether a was declared in advance; else it was chosen from the labels, and paid for. */
  scaleDeclared: boolean;
  /** How many numbers are predicted at once. */
  outputs: number;
  /** The root of the mean squared distance of the labels from their mean, which is the error of predicting the mean. */
  labelSpread: number;
  training: RegressionErrors | null;
  heldOut: RegressionErrors | null;
}

/** Means over the sequences of one part, of Euclidean distances; null where a prediction is not a finite number. */
export interface RegressionErrors {
  /** The mean of ‖y − z‖₂. */
  absolute: number | null;
  /** The mean of ‖y − z‖₂². */
  squared: number | null;
}

/** The distribution of margins on the training part: y_z − max_{j≠z} y_j, before the slack of theory rule R9. */
export interface MarginReport {
  count: number;
  mean: number;
  standardDeviation: number;
  quantiles: { probability: number; value: number }[];
  /** Share of margins ≤ 0. */
  errorRate: number;
}

/** Everything Recurscope says about one checkpoint. The JSON form is a contract: other tools read it. */
export interface AnalysisReport {
  tool: { name: 'recurscope'; version: string };
  checkpoint: { file: string; sha256: string; format: 'onnx' | 'tfjs-layers'; parameters: number };
  /** The file of the checkpoint that radii and priors are measured from; null: from zero. */
  reference: string | null;
  layers: LayerReport[];
  readout: ReadoutReport | null;
  data: DataReport | null;
  agreement: Agreement | null;
  margins: MarginReport | null;
  bounds: BoundResult[];
  /** null when no certified row about norms has a number. */
  explanation: ExplanationReport | null;
  notes: string[];
}
