import type { Activation } from './activation';

/** What a cell can be asked to be. A cell ignores what it has no use for; the defaults are those of its paper. */
export interface CellOptions {
  /** Of every gate but the candidate. @default 'sigmoid' */
  readonly gateActivation?: Activation;
  /** Of the candidate, which is the whole of a vanilla cell. @default 'tanh' */
  readonly candidateActivation?: Activation;
  /** Of the cell state on its way out of an LSTM. @default 'tanh' */
  readonly outputActivation?: Activation;
  /**
   * Which way the update gate of a GRU works: true for h = (1 − z) ∘ a + z ∘ h₋ (Cho et al. 2014, ONNX, Keras, PyTorch),
   * false for h = (1 − z) ∘ h₋ + z ∘ a (Chung et al. 2014; Kuo et al. 2020). @default true
   */
  readonly updateKeeps?: boolean;
  /** Whether there are biases. A bias that does not exist is not the same as one that is zero. @default true */
  readonly bias?: boolean;
  /** Whether the gates of an LSTM see its cell state (Gers & Schmidhuber 2000). @default false */
  readonly peepholes?: boolean;
  /** Whether an LSTM forgets just what it lets in, f = 1 − i (ONNX: `input_forget`). @default false */
  readonly coupled?: boolean;
  /** Arguments of activations are clipped to [−clip, clip] (ONNX); null: they are not. @default null @exclusiveMinimum 0 */
  readonly clip?: number | null;
  /** Whether gate and candidate of a FastGRNN share their matrices, as in its paper. @default false */
  readonly tied?: boolean;
  /** What Γ of an IHC-LSTM reads: the state (its equation 53) or U_v h₋ (its parameter counts). @default 'state' */
  readonly gammaReads?: 'state' | 'residual';
  /** What the next layer sees of the angle s of a GATO. @default 'cos' */
  readonly decoder?: 'cos' | 'sin';
  /** The factor λ of the forget gate of a GATO. @default 0.7 */
  readonly lambda?: number;
  /** Hidden ReLU units for each pair of a GATO with two layers. @default 32 @minimum 1 @maximum 65536 @asType integer */
  readonly units?: number;
  /** Layers of rotations in a EURNN. @default 2 @minimum 0 @maximum 32 @asType integer */
  readonly rotations?: number;
  /**
   * How slowly each average of a statistical recurrent unit moves. @default [0, 0.25, 0.5, 0.9, 0.99]
   * @minItems 1 @maxItems 64
   */
  readonly averages?: readonly number[];
  /** Width of the kernel of a convolution, in every direction that it has. @default 3 @minimum 1 @maximum 63 @asType integer */
  readonly kernel?: number;
  /** The rows and columns of what a ConvLSTM reads. @default [8, 8] */
  readonly grid?: readonly [rows: number, columns: number];
}
