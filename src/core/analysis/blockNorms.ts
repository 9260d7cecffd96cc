import type { Matrix } from '../linalg/matrix';
import { matrixNorms } from './matrixNorms';
import type { MeasuredMatrix } from './measuredMatrix';

/**
 * The norms of a matrix that gathers, y_j = Σ_l w_{jl} u_{jl}, from its stored rows w_j; or of its transpose, which spreads. Its
 * rows do not overlap, so ‖A‖₂ is the largest ‖w_j‖₂, here with an interval around the rounding of that sum.
 */
export function blockNorms(stored: Matrix, kind: 'spread' | 'gather'): MeasuredMatrix {
  const norms = matrixNorms(stored);
  const slack = (stored.columns + 10) * 2 ** -52;
  const spectral = { lower: norms.maxRow * (1 - slack), upper: norms.maxRow * (1 + slack) };
  // A column of what gathers has one number, and so has a row of what spreads.
  if (kind === 'gather') return { norms: { ...norms, one: norms.maxAbs, norm21: norms.norm11 }, spectral };
  const { norm21 } = matrixNorms(transposed(stored));
  return { norms: { ...norms, norm21, infinity: norms.maxAbs, one: norms.infinity, maxRow: norms.maxAbs }, spectral };
}

function transposed({ rows, columns, values }: Matrix): Matrix {
  const turned = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j]!;
  return { rows: columns, columns: rows, values: turned };
}
