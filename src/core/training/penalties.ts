/** Adds the gradient of a penalty on a matrix, stored row by row, to that of the loss, in place. */
export type Penalty = (values: Float32Array, gradient: Float32Array) => void;

/** ½λ‖A − A₀‖_F². */
export const pullTowards =
  (start: Float32Array, strength: number): Penalty =>
  (values, gradient) => {
    for (let k = 0; k < values.length; k++) gradient[k] = gradient[k]! + strength * (values[k]! - start[k]!);
  };

/** λ‖AᵀA − I‖_F², or λ‖AAᵀ − I‖_F² where the matrix is wider than tall; its gradient is 4λ A (AᵀA − I). */
export function orthogonality(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  strength: number,
): Penalty {
  const isWide = columns > rows;
  const n = isWide ? rows : columns;
  const length = isWide ? columns : rows;
  const excess = new Float64Array(n * n);
  /** Entry k of the i-th row of a wide matrix, of the i-th column of a tall one. */
  const place = (i: number, k: number): number => (isWide ? i * columns + k : k * columns + i);
  return (values, gradient) => {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let product = i === j ? -1 : 0;
        for (let k = 0; k < length; k++) product += values[place(i, k)]! * values[place(j, k)]!;
        excess[i * n + j] = product;
        excess[j * n + i] = product;
      }
    }
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < length; k++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += excess[i * n + j]! * values[place(j, k)]!;
        gradient[place(i, k)] = gradient[place(i, k)]! + 4 * strength * sum;
      }
    }
  };
}
