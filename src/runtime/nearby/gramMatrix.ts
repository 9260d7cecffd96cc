import type { MatrixProduct } from '../../core/linalg/matrixProduct';

/** Rows that are multiplied at once: their products should stay small beside the rows themselves. */
const rowsAtOnce = 256;

/**
 * The lower triangle of A Aᵀ [n, n] for the n rows of A, all of one length, in float64; the upper one is only partly there. Rows
 * are multiplied where they are, without a copy of them all.
 */
export async function gramMatrix(rows: Float64Array, n: number, multiply: MatrixProduct): Promise<Float64Array> {
  const inner = rows.length / n;
  const gram = new Float64Array(n * n);
  for (let top = 0; top < n; top += rowsAtOnce) {
    const bottom = Math.min(top + rowsAtOnce, n);
    for (let from = 0; from < bottom; from += rowsAtOnce) {
      const to = Math.min(from + rowsAtOnce, n);
      const block = await multiply(
        rows.subarray(top * inner, bottom * inner),
        rows.subarray(from * inner, to * inner),
        {
          ...{ rows: bottom - top, columns: to - from, inner },
        },
      );
      for (let i = top; i < bottom; i++) {
        const own = block.subarray((i - top) * (to - from), (i - top + 1) * (to - from));
        gram.set(own, i * n + from);
      }
    }
  }
  return gram;
}
