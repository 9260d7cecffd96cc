import type { Tensor } from '../core/sequences';

/** What one recurrent layer read and answered while the user's model ran; time-major, in the order of the sequence. */
export interface LayerRun {
  readonly steps: number;
  readonly batch: number;
  /** [steps, batch, width of x] */
  readonly input: Float32Array;
  /** What the layer hands on at every step [steps, batch, width], or only after the last one it computes [1, batch, width]. */
  readonly output: Float32Array;
  readonly outputSteps: 'every' | 'last';
  /** The states the layer started from, in the order of the cell's states; null when they are zero. */
  readonly initialStates: readonly Float32Array[] | null;
  /** How many steps of each sequence of the batch the layer itself took for the sequence; left out: all of them. */
  readonly lengths?: Int32Array;
}

export interface ModelRun {
  /** One a layer of the checkpoint; null where it could not be tapped. */
  readonly layers: readonly (LayerRun | null)[];
  /** Scores before the final activation, [batch, steps, width]; null when there are none. */
  readonly scores: { readonly steps: number; readonly width: number; readonly values: Float32Array } | null;
  /** Every output of the model itself, as the model shapes it. */
  readonly outputs: ReadonlyMap<string, Tensor>;
}

/** Runs the user's own model, in whatever runtime understands its format. */
export interface ModelRunner {
  readonly peer: 'onnxruntime' | 'tfjs' | 'evaluate';
  /** `inputs` holds every input of the model, batch axis included where the model has one. */
  run(inputs: ReadonlyMap<string, Tensor>): Promise<ModelRun>;
  dispose(): Promise<void>;
}
