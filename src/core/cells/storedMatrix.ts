import type { LinearMap } from './linearMap';
import { widthOf } from './sizes';
import type { Size } from './language';

/** How a learned matrix is stored, and which stored number each entry of the matrix is. */
export interface StoredMatrix {
  /** The rows and columns of what is stored. */
  readonly rows: number;
  readonly columns: number;
  /** The rows and columns of the matrix that is applied. */
  readonly height: number;
  readonly width: number;
  /** For each entry of the applied matrix, row by row, the place of its number in what is stored, or −1 for a zero; null for a dense matrix, which is stored as it is applied. */
  readonly places: () => Int32Array | null;
}

/**
 * A dense matrix is stored row by row. What spreads or gathers is stored as one row for each entry of the narrower side. A
 * convolution is stored as one row for each outgoing channel: [outgoing, kernel rows, kernel columns, incoming].
 */
export function storedMatrix({ from, to, structure }: LinearMap, sizes: Readonly<Record<Size, number>>): StoredMatrix {
  const [height, width] = [widthOf(sizes, to), widthOf(sizes, from)];
  if (structure.kind === 'dense') return { rows: height, columns: width, height, width, places: () => null };
  if (structure.kind === 'convolution') {
    const grid = structure.grid.map((size) => widthOf(sizes, size)) as [number, number];
    const [incoming, outgoing] = structure.channels.map((size) => widthOf(sizes, size)) as [number, number];
    const [kernelRows, kernelColumns] = structure.kernel;
    return {
      ...{ rows: outgoing, columns: kernelRows * kernelColumns * incoming, height, width },
      places: () => convolutionPlaces(structure.kernel, grid, incoming, outgoing),
    };
  }
  const isSpread = structure.kind === 'spread';
  const [narrow, wide] = isSpread ? [width, height] : [height, width];
  if (wide % narrow !== 0) throw new Error(`A matrix cannot ${structure.kind} ${width} numbers over ${height}.`);
  const block = wide / narrow;
  return {
    ...{ rows: narrow, columns: block, height, width },
    places: () => {
      const places = new Int32Array(height * width).fill(-1);
      for (let k = 0; k < wide; k++) {
        const j = Math.floor(k / block);
        places[isSpread ? k * width + j : j * width + k] = k;
      }
      return places;
    },
  };
}

function convolutionPlaces(
  [kernelRows, kernelColumns]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  incoming: number,
  outgoing: number,
): Int32Array {
  const cells = rows * columns;
  const width = cells * incoming;
  const places = new Int32Array(cells * outgoing * width).fill(-1);
  const [top, left] = [(kernelRows - 1) >> 1, (kernelColumns - 1) >> 1];
  for (let cell = 0; cell < cells; cell++) {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    for (let a = 0; a < kernelRows; a++) {
      for (let b = 0; b < kernelColumns; b++) {
        const [fromRow, fromColumn] = [row + a - top, column + b - left];
        if (fromRow < 0 || fromRow >= rows || fromColumn < 0 || fromColumn >= columns) continue;
        for (let o = 0; o < outgoing; o++) {
          const start = (cell * outgoing + o) * width + (fromRow * columns + fromColumn) * incoming;
          const stored = ((o * kernelRows + a) * kernelColumns + b) * incoming;
          for (let c = 0; c < incoming; c++) places[start + c] = stored + c;
        }
      }
    }
  }
  return places;
}

/** The matrix that is applied, row by row, of the numbers that are stored. */
export function appliedMatrix(
  matrix: LinearMap,
  sizes: Readonly<Record<Size, number>>,
  stored: Float64Array,
): Float64Array {
  const places = storedMatrix(matrix, sizes).places();
  if (!places) return stored;
  const applied = new Float64Array(places.length);
  for (let k = 0; k < places.length; k++) if (places[k]! >= 0) applied[k] = stored[places[k]!]!;
  return applied;
}
