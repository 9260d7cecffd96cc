import { Matrix as Dense, SingularValueDecomposition } from 'ml-matrix';
import type { Matrix } from './matrix';

/**
 * f of the singular values: U f(S) Vᵀ for A = U S Vᵀ, row by row in float64, to about 1e-15 ‖A‖. Certified norms are not
 * taken from here, but from `certifiedSpectralNorm`.
 */
export function withSingularValues({ rows, columns, values }: Matrix, f: (value: number) => number): Float64Array {
  const matrix = Dense.from1DArray(rows, columns, values);
  const { leftSingularVectors, rightSingularVectors, diagonal } = new SingularValueDecomposition(matrix, {
    autoTranspose: true,
  });
  const scaled = leftSingularVectors.mulRowVector(diagonal.map(f));
  return Float64Array.from(scaled.mmul(rightSingularVectors.transpose()).to1DArray());
}
