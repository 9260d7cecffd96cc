import type { Activation } from './cells/activation';
import type { Cell } from './cells/cell';
import type { Matrix } from './linalg/matrix';

export type Direction = 'forward' | 'reverse';

/** A learned matrix (or vector: one column) of a recurrent layer, as the file stores it. */
export interface Parameter extends Matrix {
  /** Its name in the cell's equations: W_f, U_f, b_f; W, U, b in a vanilla cell. Two biases of one name are summed. */
  readonly name: string;
  /** The gate it feeds, in the cell's own vocabulary, or null for a matrix of no gate. */
  readonly gate: string | null;
  /** What a matrix reads, as in `LinearMap`; a vector that multiplies instead of being added is a `weight`. */
  readonly role: 'input' | 'recurrent' | 'inner' | 'inputBias' | 'recurrentBias' | 'weight';
  /** The tensor of the file it was read from, for messages. */
  readonly tensor: string;
}

/** Where the sequence that a layer reads comes from. */
export type LayerInput =
  | { readonly kind: 'model'; readonly input: string }
  | { readonly kind: 'layers'; readonly layers: readonly number[] }
  | {
      readonly kind: 'frontEnd';
      readonly description: string;
      readonly trained: boolean;
      /** Where each x_t is a row of one trained table, whose place nothing trained decides: the table, symbols × width of x. */
      readonly embedding?: Matrix & { readonly tensor: string };
    };

/** One direction of one recurrent layer. A bidirectional layer is two of these. */
export interface RecurrentLayer {
  readonly name: string;
  /** The name of the cell in the list of cells: vanilla, lstm, gru, … */
  readonly cellName: string;
  /** The equations, or null when an option of the operator is not supported: then `withheld` says which. */
  readonly cell: Cell | null;
  readonly withheld: string | null;
  /** Whether the layer adds what it reads, or a part of it, to what its cell puts out; the output of `cell` is that sum then. @default false */
  readonly residual?: boolean;
  readonly direction: Direction;
  /** The two numbers that people name; `layerSizes` has all widths of a layer. */
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly matrices: readonly Parameter[];
  /** All vectors: biases, and those of the role `weight`. */
  readonly biases: readonly Parameter[];
  readonly input: LayerInput;
  /** `zero` and `learned` are facts of the file; `given` is an input of the model. */
  readonly initialState: 'zero' | 'learned' | 'given' | 'unknown';
  /** Where they are learned and the same for every sequence: one of each state of the cell, in its order. @default null */
  readonly learnedStates?: readonly (Matrix & { readonly tensor: string })[] | null;
  /** Whether the layer is made to keep its states from one run to the next; the analysis starts every sequence at zero. @default false */
  readonly keepsStates?: boolean;
}

/** A dense layer of a readout: activation(V u + c). A batch normalization beside it is part of its numbers. */
export interface ReadoutDense {
  readonly weights: Matrix & { readonly tensor: string };
  readonly bias: (Matrix & { readonly tensor: string }) | null;
  readonly activation: Activation;
}

/** How hidden states become scores. `linear`: one matrix V and at most one bias c, then at most a final activation. */
export interface Readout {
  /** Indices of the layers whose hidden states are read. */
  readonly layers: readonly number[];
  /** Whether the last hidden state is read, each of them, their mean over all steps, or something else (another step). */
  readonly steps: 'last' | 'every' | 'mean' | 'other';
  readonly linear: boolean;
  /** Why the readout was not understood, naming the node; null when it is one dense layer or several. */
  readonly reason: string | null;
  /** Dense layers in front of the one that gives the scores, in their order. @default none */
  readonly hidden?: readonly ReadoutDense[];
  /** Of the dense layer that gives the scores: V, outputs × what it reads, and c; null when the readout was not understood. */
  readonly weights: (Matrix & { readonly tensor: string }) | null;
  readonly bias: (Matrix & { readonly tensor: string }) | null;
  /** The chain from the recurrent output to the scores, in order, for people. */
  readonly chain: readonly { readonly name: string; readonly operation: string }[];
  readonly finalActivation: 'none' | 'softmax' | 'logSoftmax' | 'sigmoid';
  /** The model's output that the chain ends in. */
  readonly output: string;
  readonly outputs: number;
}

export interface ModelInput {
  readonly name: string;
  readonly elementType: 'float32' | 'float64' | 'int32' | 'int64' | 'bool' | 'other';
  /** null where the size is free. */
  readonly shape: readonly (number | null)[];
  /**
   * `sequence` has one entry a sequence, mostly with a time axis; `state` starts at zero when no data are given for it;
   * `lengths` is how many steps each sequence has, and taken from there when no data are given for it; `fixed` is given once.
   */
  readonly role: 'sequence' | 'state' | 'lengths' | 'fixed';
  readonly batchAxis: number | null;
  readonly timeAxis: number | null;
}

/** What a file says about a recurrent network; numbers only, nothing that can run. */
export interface Checkpoint {
  /** The base name of the file. */
  readonly file: string;
  readonly sha256: string;
  readonly format: 'onnx' | 'tfjs-layers';
  /** How many numbers the file's weights hold. */
  readonly parameters: number;
  /** In the order of the data flow. */
  readonly layers: readonly RecurrentLayer[];
  /** null when no scores could be reached from a recurrent layer. */
  readonly readout: Readout | null;
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly (number | null)[] }[];
  /** Whatever was not understood, one sentence each. */
  readonly notes: readonly string[];
}
