import type { Matrix } from './matrix';
import type { MatrixProduct } from './matrixProduct';

/** At most this many numbers of the matrix are held in float64 at a time (64 MB). */
const CHUNK = 2 ** 23;

/**
 * The Gram matrix of the shorter side, n × n in float64: A Aᵀ of a wide matrix, Aᵀ A of a tall one, after every entry
 * was multiplied by `scale[0]` and then by `scale[1]`. Only the lower triangle is filled, standing for a symmetric
 * matrix; each entry is a sum of rounded products in some order.
 */
export async function gramMatrix(
  matrix: Matrix,
  scale: readonly [number, number],
  multiply: MatrixProduct,
): Promise<Float64Array> {
  const n = Math.min(matrix.rows, matrix.columns);
  const long = Math.max(matrix.rows, matrix.columns);
  const gram = new Float64Array(n * n);
  const chunk = Math.max(1, Math.floor(CHUNK / n));
  // Strips of rows against the rows up to them: little more than the lower triangle is computed.
  const strip = Math.max(128, Math.ceil(n / 16));
  for (let from = 0; from < long; from += chunk) {
    const inner = Math.min(chunk, long - from);
    const part = shortRows(matrix, scale, from, inner);
    for (let top = 0; top < n; top += strip) {
      const bottom = Math.min(top + strip, n);
      const rows = bottom - top;
      const products = await multiply(part.subarray(top * inner, bottom * inner), part.subarray(0, bottom * inner), {
        rows,
        columns: bottom,
        inner,
      });
      for (let i = 0; i < rows; i++) {
        const target = (top + i) * n;
        for (let j = 0; j <= top + i; j++) gram[target + j]! += products[i * bottom + j]!;
      }
    }
  }
  return gram;
}

/** Columns `from` … `from + inner` of the scaled matrix, turned so that it is not taller than wide: n × inner. */
function shortRows(matrix: Matrix, scale: readonly [number, number], from: number, inner: number): Float64Array {
  const { rows, columns, values } = matrix;
  const [first, second] = scale;
  const n = Math.min(rows, columns);
  const part = new Float64Array(n * inner);
  if (rows <= columns) {
    for (let i = 0; i < n; i++) {
      const source = i * columns + from;
      const target = i * inner;
      for (let k = 0; k < inner; k++) part[target + k] = values[source + k]! * first * second;
    }
    return part;
  }
  // Turned tile by tile through a small buffer: rows a power of two apart would throw each other out of the cache.
  const tile = 32;
  const buffer = new Float64Array(tile * (tile + 1));
  for (let k0 = 0; k0 < inner; k0 += tile) {
    const height = Math.min(tile, inner - k0);
    for (let j0 = 0; j0 < n; j0 += tile) {
      const width = Math.min(tile, n - j0);
      for (let k = 0; k < height; k++) {
        const source = (from + k0 + k) * columns + j0;
        for (let j = 0; j < width; j++) buffer[j * (tile + 1) + k] = values[source + j]! * first * second;
      }
      for (let j = 0; j < width; j++) {
        const target = (j0 + j) * inner + k0;
        for (let k = 0; k < height; k++) part[target + k] = buffer[j * (tile + 1) + k]!;
      }
    }
  }
  return part;
}
