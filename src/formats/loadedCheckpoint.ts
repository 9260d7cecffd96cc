import type { Network } from '../core/cells/network';
import type { Checkpoint } from '../core/checkpoint';

/** Where a layer of the checkpoint lives in an ONNX graph; tensor names, undefined where the operator has none. */
export interface OnnxTap {
  /** The layer's input sequence: [steps, batch, input], or [batch, steps, input] when `batchMajor`. */
  readonly input: string;
  /** All hidden states: [steps, directions, batch, hidden], or [batch, steps, directions, hidden]. */
  readonly output: string | undefined;
  /** The last hidden state: [directions, batch, hidden], or [batch, directions, hidden]. */
  readonly lastHidden: string | undefined;
  readonly initialHidden: string | undefined;
  readonly initialCell: string | undefined;
  readonly sequenceLengths: string | undefined;
  /** Which slot of the directions axis is this layer's. */
  readonly slot: number;
  readonly batchMajor: boolean;
}

/** Where a layer of a network that Recurscope wrote lives in its graph; tensors are [steps, batch, width]. */
export interface OwnTap {
  /** What the layer reads, side by side. */
  readonly inputs: readonly string[];
  /** What it hands on. */
  readonly handsOn: string;
}

/** The user's own model, to be run by onnxruntime as it is. */
export interface OnnxProgram {
  readonly kind: 'onnx';
  /** The file, so that external data beside it is found. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** One a layer of the checkpoint; null for a layer that cannot be tapped, such as one inside a subgraph. */
  readonly taps: readonly (OnnxTap | OwnTap | null)[];
  /** The tensor that holds the scores before a final softmax or sigmoid; null when the readout was not found. */
  readonly scores: string | null;
  /** The same for every output of the model that a recurrent layer reaches. */
  readonly scoreTensors: readonly OnnxScores[];
  /** The network that the file says it is, of which the graph has not been followed; absent where it has been. */
  readonly described?: Network;
}

/** Where the scores of one output of the model are, before a final softmax or sigmoid. */
export interface OnnxScores {
  readonly output: string;
  readonly tensor: string;
  /** Which axes of the tensor are batch and time; null when they could not be followed, and the shape has to tell. */
  readonly axes: { readonly batch: number | null; readonly time: number | null } | null;
}

/** The user's own model, to be run by TensorFlow.js as it is. */
export interface TfjsProgram {
  readonly kind: 'tfjs';
  readonly modelTopology: object;
  readonly weightSpecs: readonly {
    readonly name: string;
    readonly shape: number[];
    readonly dtype: string;
    readonly quantization?: object;
  }[];
  readonly weightData: ArrayBuffer;
  /** The layer of the TensorFlow.js model that each layer of the checkpoint is; `backward` in a Bidirectional. */
  readonly taps: readonly { readonly layer: string; readonly part: 'whole' | 'forward' | 'backward' }[];
  /** The layer whose output holds the scores, before its own activation when it is a softmax or sigmoid. */
  readonly scores: string | null;
}

export interface LoadedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly program: OnnxProgram | TfjsProgram;
}
