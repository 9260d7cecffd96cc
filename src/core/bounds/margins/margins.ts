/**
 * The margins of labelled sequences, one a sequence or one a step: sequence i has the margins
 * values[starts[i]] … values[starts[i + 1] − 1]. A margin that is not a number counts as an error everywhere.
 */
export interface Margins {
  readonly values: Float64Array;
  /** One more entry than there are sequences. */
  readonly starts: Int32Array;
  /** What the rows need of them, where the values themselves were left behind. @default not left behind */
  readonly table?: LossTable;
}

/** The empirical losses that a row can ask for, of so many sequences. */
export interface LossTable {
  readonly sequences: number;
  /** emp01(0) of the margins as computed, without any slack. */
  readonly errors: number;
  /** On the grid of γ, of margins lowered by the slack of rule R9. */
  readonly ramp: readonly number[];
  readonly margin: readonly number[];
}

/** y_z − max_{j≠z} y_j (theory section 0); +Infinity when there is only one class. */
export function margin(scores: ArrayLike<number>, label: number, offset = 0, width = scores.length): number {
  let rival = -Infinity;
  for (let j = 0; j < width; j++) if (j !== label) rival = Math.max(rival, scores[offset + j]!);
  return scores[offset + label]! - rival;
}

/** The margin of a scalar score s: s for label 1 and −s for label 0. */
export const binaryMargin = (score: number, label: number): number => (label === 1 ? score : -score);

/** emp01(γ): the mean over sequences of the share of steps whose margin is at most γ. */
export function marginLoss(margins: Margins, gamma: number): number {
  if (margins.table && gamma === 0) return margins.table.errors;
  return meanOverSequences(margins, (value) => (value > gamma ? 0 : 1));
}

/** empramp(γ): the mean of [1 − M/γ] clipped to [0, 1]. */
export function rampLoss(margins: Margins, gamma: number): number {
  return meanOverSequences(margins, (value) => (value > 0 ? Math.max(0, 1 - value / gamma) : 1));
}

/** The margins less the slack of theory rule R9 for float32 runtimes: M − 1e-5 (1 + |M|). */
export function withSlack({ values, starts }: Margins): Margins {
  return {
    values: values.map((value) => (Number.isFinite(value) ? value - 1e-5 * (1 + Math.abs(value)) : value)),
    starts,
  };
}

export const sequenceCount = ({ starts, table }: Margins): number => table?.sequences ?? starts.length - 1;

/** The mean over sequences of the mean over the steps of each, so that a long one counts no more than a short one. */
export function meanOverSequences({ values, starts, table }: Margins, loss: (value: number) => number): number {
  if (table) throw new Error('The margins were left behind, and with them every loss that is not in their table.');
  const sequences = starts.length - 1;
  let total = 0;
  for (let i = 0; i < sequences; i++) {
    const from = starts[i]!;
    const to = starts[i + 1]!;
    let sum = 0;
    for (let k = from; k < to; k++) sum += loss(values[k]!);
    total += sum / (to - from);
  }
  return total / sequences;
}
