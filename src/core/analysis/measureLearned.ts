import type { LinearMap } from '../cells/linearMap';
import { appliedMatrix, storedMatrix } from '../cells/storedMatrix';
import { widthOf, type Sizes } from '../cells/sizes';
import type { Matrix } from '../linalg/matrix';
import { certifiedSpectralNorm, type MatrixProduct } from '../linalg/certifiedSpectralNorm';
import { blockNorms } from './blockNorms';
import { convolutionNorms } from './convolutionNorms';
import { matrixNorms } from './matrixNorms';
import type { MeasuredMatrix } from './measuredMatrix';

/** Up to so many entries the matrix that a convolution applies is written out: 2048 × 2048. */
const mostEntries = 2 ** 22;

/** Norms and the interval of ‖A‖₂ of a dense matrix. */
export const measureDense = async (matrix: Matrix, multiply?: MatrixProduct): Promise<MeasuredMatrix> => ({
  norms: matrixNorms(matrix),
  spectral: await certifiedSpectralNorm(matrix, multiply),
});

/** The norms of the matrix that is applied, of which only some entries are learned. */
export async function measureLearned(
  map: LinearMap,
  sizes: Sizes,
  stored: Matrix,
  multiply?: MatrixProduct,
): Promise<MeasuredMatrix> {
  const { structure } = map;
  if (structure.kind === 'dense') return measureDense(stored, multiply);
  if (structure.kind !== 'convolution') return blockNorms(stored, structure.kind);
  const { height, width } = storedMatrix(map, sizes);
  if (height * width <= mostEntries) {
    const values = appliedMatrix(map, sizes, Float64Array.from(stored.values));
    return measureDense({ rows: height, columns: width, values }, multiply);
  }
  const [rows, columns] = structure.grid.map((size) => widthOf(sizes, size)) as [number, number];
  const [incoming, outgoing] = structure.channels.map((size) => widthOf(sizes, size)) as [number, number];
  const convolution = { kernel: structure.kernel, grid: [rows, columns] as const, incoming, outgoing, stored };
  return convolutionNorms(convolution, (matrix) => certifiedSpectralNorm(matrix, multiply));
}
