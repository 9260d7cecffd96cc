import type { LinearMap } from '../../core/cells/linearMap';
import { storedMatrix } from '../../core/cells/storedMatrix';
import { patches } from './convolution';
import type { Main } from './main';

/**
 * The gradient of a matrix with a structure, in the shape in which it is stored, from the cotangents of its products,
 * [rows, height], and its operands, [rows, width]: a sum over all rows. Only what is stored is worked out.
 */
export function structuredGradient(main: Main, matrix: LinearMap, cotangents: string, operands: string): string {
  const { structure } = matrix;
  const { rows, columns } = storedMatrix(matrix, main.sizes);
  const reshaped = (tensor: string, shape: readonly number[]): string =>
    main.apply('Reshape', [tensor, main.integers(shape)]);
  if (structure.kind === 'convolution') {
    // Each place of the grid adds what its patch contributes, so places are as good as sequences.
    const seen = patches(main, structure, operands, false);
    return main.apply('Gemm', [reshaped(cotangents, [-1, rows]), seen], { transA: 1 });
  }
  // w_{jl} belongs to entry j of the narrow side and to entry l of block j of the wide side.
  const [narrow, wide] = structure.kind === 'spread' ? [operands, cotangents] : [cotangents, operands];
  const products = main.apply('Mul', [reshaped(wide, [-1, rows, columns]), reshaped(narrow, [-1, rows, 1])]);
  return main.apply('ReduceSum', [products, main.integers([0])], { keepdims: 0 });
}
