import { Problem } from '../problem';
import type { Matrix } from './matrix';

/** Where a matrix first holds a NaN or an infinity, or null where all its entries are finite. */
export function nonFiniteEntry(matrix: Matrix): { row: number; column: number; value: number } | null {
  const { values, columns } = matrix;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // x − x is 0 for every finite number, and NaN for the others.
    if (value - value !== 0) return { row: Math.floor(i / columns), column: i % columns, value };
  }
  return null;
}

/** Throws a Problem where a matrix holds a NaN or an infinity. Whoever knows the tensor's name asks `nonFiniteEntry` first. */
export function requireFinite(matrix: Matrix): void {
  const bad = nonFiniteEntry(matrix);
  if (!bad) return;
  throw new Problem(
    `A ${matrix.rows}×${matrix.columns} weight matrix holds ${bad.value} at row ${bad.row}, column ${bad.column}, ` +
      'so it has no norm: export the checkpoint again from a training step where the weights are finite.',
  );
}
