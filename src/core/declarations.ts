/**
 * What a file cannot say about itself: the sidecar `<checkpoint>.recurscope.json`. Everything is optional; what is not
 * declared is assumed in the way that costs the bound, never in the way that flatters it.
 */
export interface Declarations {
  $schema?: string;
  /** The data file (.npz, .csv, .jsonl), relative to this sidecar. */
  data?: string;
  /** The checkpoint that the training started from, relative to this sidecar, if it was trained on other data. */
  reference?: string;
  /** The model's output that holds the scores; left out, the output the readout ends in. */
  scores?: string;
  /** Probability with which all certified rows together may fail. @default 0.05 @exclusiveMinimum 0 @exclusiveMaximum 1 */
  delta?: number;
  /** What is known in advance about every sequence of the population, sampled or not. */
  inputDomain?: {
    /** Largest Euclidean norm of any input x_t. @exclusiveMinimum 0 */
    norm2?: number;
    /** Largest absolute value of any input coordinate. @exclusiveMinimum 0 */
    normInf?: number;
    /** Longest sequence. @minimum 1 @asType integer */
    maxLength?: number;
    /** Every input coordinate is clipped to [−clip, clip] before it reaches the network. @exclusiveMinimum 0 */
    clip?: number;
  };
  /** The task, where the labels do not tell. */
  task?: 'classification' | 'regression';
  /** What a regression is judged by: the distance of prediction and label, or its square, cut at a scale fixed in advance. */
  loss?: {
    /** @default "absolute" */
    kind?: 'absolute' | 'squared';
    /** Distances from here on count as 1, a nearer one as its share; left out, it is chosen from the spread of the labels. @exclusiveMinimum 0 */
    scale?: number;
  };
  /** Whether the data (outside the held-out part) trained the checkpoint. @default true */
  trainedOnData?: boolean;
  /** Whether the sequences are drawn independently of each other; windows of one text or one recording are not. */
  independentSequences?: boolean;
  /** Whether cell type, width and depth were fixed before the data were seen. @default false */
  architectureFixed?: boolean;
  /** Whether everything in front of the first recurrent layer was fixed before the data were seen. @default false */
  frontEndFixed?: boolean;
  /** Where the held-out part is, unless the data file has a `holdout` array. */
  heldOut?: {
    /** The first held-out sequence, counted from 0. @minimum 0 @asType integer */
    from: number;
    /** The first sequence after the held-out part; left out, the number of sequences. @minimum 1 @asType integer */
    to?: number;
  };
}
