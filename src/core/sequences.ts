/** A dense array in C order. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;
}

export type Labels =
  | { readonly kind: 'classes'; readonly steps: number; readonly values: Int32Array }
  | { readonly kind: 'values'; readonly steps: number; readonly width: number; readonly values: Float64Array };

/** The user's sequences. Every array in `inputs` has one entry a sequence on its first axis (the batch axis removed). */
export interface Sequences {
  readonly count: number;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** Inputs that have no batch axis, given once for all sequences. */
  readonly fixed: ReadonlyMap<string, Tensor>;
  /** Steps of each sequence that are not padding; null: all of them. */
  readonly lengths: Int32Array | null;
  /** `steps` is 1 for one label a sequence, T for one a step (sequences × steps, row by row). */
  readonly labels: Labels | null;
  /** 1 for a sequence that the training has not seen; null when the file does not say. */
  readonly holdout: Uint8Array | null;
}
