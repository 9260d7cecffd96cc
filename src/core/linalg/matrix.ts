/** A dense matrix in the orientation y = A x: `rows` outputs, `columns` inputs, stored row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Float64Array;
}

/** Two numbers that provably enclose a third: lower ≤ true ≤ upper. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}
