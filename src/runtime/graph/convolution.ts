import type { LinearMap, Structure } from '../../core/cells/linearMap';
import type { Scope } from './scope';

type Convolution = Extract<Structure, { kind: 'convolution' }>;

/**
 * 𝒲 ⋆ u, or its transpose: the patches times the kernel, which is stored as [outgoing, kernel rows, kernel columns, incoming].
 * onnxruntime has a Conv, but not in float64 and not with channels last.
 */
export function convolutionProduct(
  scope: Scope,
  matrix: LinearMap,
  structure: Convolution,
  u: string,
  isTransposed: boolean,
): string {
  const { main } = scope;
  const [places, ...channels] = geometry(scope, structure);
  const [incoming, outgoing] = channels;
  const taps = structure.kernel[0] * structure.kernel[1];
  const seen = patches(scope, structure, u, isTransposed);
  const kernel = main.parameters.stored(matrix);
  let product: string;
  if (isTransposed) {
    // [outgoing, taps, incoming] → [taps · outgoing, incoming], once, outside of any loop.
    const turned = main.once(`turned kernel ${kernel}`, () => {
      const parts = main.apply('Reshape', [kernel, main.integers([outgoing, taps, incoming])]);
      const swapped = main.apply('Transpose', [parts], { perm: [1, 0, 2] });
      return main.apply('Reshape', [swapped, main.integers([taps * outgoing, incoming])]);
    });
    product = scope.apply('Gemm', [seen, turned]);
  } else {
    product = scope.apply('Gemm', [seen, kernel], { transB: 1 });
  }
  return scope.apply('Reshape', [product, main.integers([-1, places * (isTransposed ? incoming : outgoing)])]);
}

/**
 * What the kernel sees around each place of the grid, [rows · places, taps · channels]; for the transpose, what sees each
 * place, with its outgoing channels. Computed once for all kernels that see the same.
 */
export function patches(scope: Scope, structure: Convolution, u: string, isTransposed: boolean): string {
  const { main } = scope;
  const [places, incoming, outgoing] = geometry(scope, structure);
  const channels = isTransposed ? outgoing : incoming;
  const { kernel, grid } = structure;
  const rows = main.widthOf(grid[0]);
  const key = [rows, places, ...kernel, channels, isTransposed].join();
  const taps = kernel[0] * kernel[1];
  return scope.once(`patches ${u} ${key}`, () => {
    const cells = scope.apply('Reshape', [u, main.integers([-1, places, channels])]);
    // One more place, which is zero, stands for all that lies beyond the border.
    const padded = scope.apply('Pad', [cells, main.integers([0, 0, 0, 0, 1, 0])]);
    const around = main.indices(`around ${key}`, neighbours(kernel, [rows, places / rows], isTransposed));
    const seen = scope.apply('Gather', [padded, around], { axis: 1 });
    return scope.apply('Reshape', [seen, main.integers([-1, taps * channels])]);
  });
}

function geometry(
  { main }: Scope,
  { grid, channels }: Convolution,
): [places: number, incoming: number, outgoing: number] {
  const [incoming, outgoing] = channels;
  return [main.widthOf(grid[0]) * main.widthOf(grid[1]), main.widthOf(incoming), main.widthOf(outgoing)];
}

/** For each place of the grid and each place of the kernel, the place that it falls on, or one past the last. */
function neighbours(
  [kernelRows, kernelColumns]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  isTransposed: boolean,
): Int32Array {
  const result = new Int32Array(rows * columns * kernelRows * kernelColumns);
  const [top, left] = [(kernelRows - 1) >> 1, (kernelColumns - 1) >> 1];
  const sign = isTransposed ? -1 : 1;
  let k = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let a = 0; a < kernelRows; a++) {
        for (let b = 0; b < kernelColumns; b++) {
          const [r, c] = [row + sign * (a - top), column + sign * (b - left)];
          result[k++] = r < 0 || r >= rows || c < 0 || c >= columns ? rows * columns : r * columns + c;
        }
      }
    }
  }
  return result;
}
