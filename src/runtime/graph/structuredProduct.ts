import type { Expression } from '../../core/cells/language';
import { storedMatrix } from '../../core/cells/storedMatrix';
import { convolutionProduct } from './convolution';
import type { Scope } from './scope';

/**
 * A u or Aᵀ u for a matrix with a structure, as what it is: a spread multiplies each entry with a block of numbers, a gather
 * sums up products with such blocks, and a convolution is a product of its kernel with the patch around each place. `u` and
 * the result are [rows, width].
 */
export function structuredProduct(scope: Scope, map: Expression, u: string): string {
  const { matrix, operation } = map;
  const { structure } = matrix!;
  const isTransposed = operation === 'transposed';
  if (structure.kind === 'convolution') return convolutionProduct(scope, matrix!, structure, u, isTransposed);
  const { rows, columns } = storedMatrix(matrix!, scope.main.sizes);
  const stored = scope.main.parameters.stored(matrix!);
  const { main } = scope;
  if ((structure.kind === 'spread') !== isTransposed) {
    const entries = scope.apply('Reshape', [u, main.integers([-1, rows, 1])]);
    const blocks = scope.apply('Mul', [entries, stored]);
    return scope.apply('Reshape', [blocks, main.integers([-1, rows * columns])]);
  }
  const blocks = scope.apply('Reshape', [u, main.integers([-1, rows, columns])]);
  return scope.apply('ReduceSum', [scope.apply('Mul', [blocks, stored]), main.integers([2])], { keepdims: 0 });
}
