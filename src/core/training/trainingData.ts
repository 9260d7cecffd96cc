/** What a network should answer, by sequence: once, or at every step. */
export type Targets =
  | { readonly kind: 'labels'; readonly everyStep: boolean; readonly values: readonly Int32Array[] }
  | {
      readonly kind: 'values';
      readonly everyStep: boolean;
      /** Numbers an answer. */
      readonly width: number;
      readonly values: readonly Float32Array[];
    };

/** Sequences as the recurrent part of a network reads them, without padding. */
export interface TrainingData {
  /** Numbers a step. */
  readonly width: number;
  /** Each [steps, width], step by step. */
  readonly inputs: readonly Float32Array[];
  /** How many steps each has. */
  readonly lengths: Int32Array;
  readonly targets: Targets;
  /** Where the inputs are rows of a table that is trained: which rows, and the table, which takes the place of `inputs`. @default null */
  readonly embedding?: { readonly symbols: readonly Int32Array[]; readonly table: Float32Array } | null;
}

/** The data as they are read with these weights, of which the last is the table of the embedding, where there is one. */
export const dataRead = (data: TrainingData, weights: readonly Float32Array[]): TrainingData =>
  data.embedding ? { ...data, embedding: { ...data.embedding, table: weights.at(-1)! } } : data;
