import type { Interval, Matrix } from '../linalg/matrix';
import { requireFinite } from '../linalg/nonFiniteEntry';
import type { MatrixNorms } from './matrixNorms';
import type { MeasuredMatrix } from './measuredMatrix';

/** A convolution as it is stored: [outgoing, kernel rows, kernel columns, incoming], over a grid filled up with zeros. */
export interface Convolution {
  readonly kernel: readonly [rows: number, columns: number];
  readonly grid: readonly [rows: number, columns: number];
  readonly incoming: number;
  readonly outgoing: number;
  readonly stored: Matrix;
}

/**
 * The norms of the matrix that a convolution applies, for grids so large that this matrix is not written out. Rows and columns
 * are counted place by place, places with the same part of the kernel inside the grid once.
 *
 * The matrix is Σ S_ab ⊗ K_ab over the taps (a, b) of the kernel, S_ab being a shift of the grid, whose norm is at most one. So
 * ‖A‖₂ ≤ Σ ‖K_ab‖₂; also ‖A‖₂² ≤ ‖A‖₁ ‖A‖_∞ and ‖A‖₂ ≤ ‖A‖_F. From below, ‖A‖₂ is at least the norm of its columns of one
 * place, which are the slices K_ab one above the other.
 *
 * @param spectralNorm certifies the norm of a small matrix.
 */
export async function convolutionNorms(
  convolution: Convolution,
  spectralNorm: (matrix: Matrix) => Promise<Interval>,
): Promise<MeasuredMatrix> {
  const { kernel, grid, incoming, outgoing, stored } = convolution;
  for (const value of stored.values) if (!Number.isFinite(value)) requireFinite(stored);
  const rows = sums(convolution, false);
  const columns = sums(convolution, true);
  const norms: MatrixNorms = {
    frobenius: Math.sqrt(rows.squares),
    norm21: columns.roots,
    infinity: rows.largestSum,
    one: columns.largestSum,
    norm11: rows.total,
    maxRow: rows.largestRoot,
    maxAbs: rows.largest,
  };
  // Sums of up to a few million numbers, each rounded once.
  const up = 1 + 2 ** -26;
  let upper = 0;
  const column: number[] = [];
  const [centreRow, centreColumn] = [(grid[0] - 1) >> 1, (grid[1] - 1) >> 1];
  for (let a = 0; a < kernel[0]; a++) {
    for (let b = 0; b < kernel[1]; b++) {
      const slice = sliceOf(convolution, a, b);
      if (Math.abs(a - top(kernel[0])) >= grid[0] || Math.abs(b - top(kernel[1])) >= grid[1]) continue;
      upper += (await spectralNorm({ rows: outgoing, columns: incoming, values: slice })).upper;
      const [row, across] = [centreRow - a + top(kernel[0]), centreColumn - b + top(kernel[1])];
      if (row >= 0 && row < grid[0] && across >= 0 && across < grid[1]) for (const value of slice) column.push(value);
    }
  }
  const below = { rows: column.length / incoming, columns: incoming, values: Float64Array.from(column) };
  const { lower } = await spectralNorm(below);
  const others = Math.min(norms.frobenius, Math.sqrt(norms.one) * Math.sqrt(norms.infinity));
  return { norms, spectral: { lower, upper: Math.max(lower, Math.min(upper, others) * up) } };
}

/** How many missing rows of a kernel are filled up before the grid. */
const top = (size: number): number => (size - 1) >> 1;

function sliceOf({ kernel, incoming, outgoing, stored }: Convolution, a: number, b: number): Float64Array {
  const slice = new Float64Array(outgoing * incoming);
  for (let o = 0; o < outgoing; o++) {
    const start = ((o * kernel[0] + a) * kernel[1] + b) * incoming;
    for (let c = 0; c < incoming; c++) slice[o * incoming + c] = stored.values[start + c]!;
  }
  return slice;
}

interface Sums {
  readonly squares: number;
  readonly total: number;
  readonly roots: number;
  readonly largestSum: number;
  readonly largestRoot: number;
  readonly largest: number;
}

/** Sums over the rows of the matrix, or over its columns. */
function sums({ kernel, grid, incoming, outgoing, stored }: Convolution, ofColumns: boolean): Sums {
  let [squares, total, roots, largestSum, largestRoot, largest] = [0, 0, 0, 0, 0, 0];
  const [lines, others] = ofColumns ? [incoming, outgoing] : [outgoing, incoming];
  const across = classes(kernel[1], grid[1], ofColumns);
  for (const down of classes(kernel[0], grid[0], ofColumns)) {
    for (const side of across) {
      const places = down.places * side.places;
      for (let line = 0; line < lines; line++) {
        let [lineSum, lineSquares] = [0, 0];
        for (let a = down.first; a < down.end; a++) {
          for (let b = side.first; b < side.end; b++) {
            for (let other = 0; other < others; other++) {
              const [o, c] = ofColumns ? [other, line] : [line, other];
              const value = Math.abs(stored.values[((o * kernel[0] + a) * kernel[1] + b) * incoming + c]!);
              lineSum += value;
              lineSquares += value * value;
              largest = Math.max(largest, value);
            }
          }
        }
        squares += places * lineSquares;
        total += places * lineSum;
        roots += places * Math.sqrt(lineSquares);
        largestSum = Math.max(largestSum, lineSum);
        largestRoot = Math.max(largestRoot, Math.sqrt(lineSquares));
      }
    }
  }
  return { squares, total, roots, largestSum, largestRoot, largest };
}

/** Taps `first` to `end` − 1 of a kernel along one side of the grid are inside it, for so many places. */
interface Taps {
  readonly first: number;
  readonly end: number;
  readonly places: number;
}

/** The taps that an outgoing place reads inside the grid, or by which an incoming place is read from inside it. */
function classes(kernel: number, grid: number, isRead: boolean): readonly Taps[] {
  const before = isRead ? kernel - 1 - top(kernel) : top(kernel);
  const found = new Map<string, Taps>();
  const count = (place: number, places: number): void => {
    const first = Math.max(0, before - place);
    const end = Math.min(kernel, grid + before - place);
    const taps = isRead ? { first: kernel - end, end: kernel - first } : { first, end };
    const key = `${taps.first} ${taps.end}`;
    found.set(key, { ...taps, places: (found.get(key)?.places ?? 0) + places });
  };
  // Between the borders all places are alike.
  const border = Math.min(grid, kernel);
  for (let place = 0; place < border; place++) count(place, 1);
  const last = Math.max(border, grid - kernel);
  if (last > border) count(border, last - border);
  for (let place = last; place < grid; place++) count(place, 1);
  return [...found.values()];
}
