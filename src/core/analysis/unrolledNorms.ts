import type { Checkpoint, Parameter } from '../checkpoint';
import type { MatrixProduct } from '../linalg/certifiedSpectralNorm';
import type { Matrix } from '../linalg/matrix';
import { measureDense } from './measureLearned';

/** The norms of matrices side by side, [U W b] say. */
export interface SideBySideNorms {
  /** Upper end of the spectral norm. */
  readonly two: number;
  /** The sum of the Euclidean norms of the rows. */
  readonly rowSum: number;
}

/** What a vanilla network unrolled in time is made of: [U W b] in every step, then [V c]. */
export interface UnrolledNorms {
  readonly step: SideBySideNorms;
  readonly readout: SideBySideNorms;
}

/** For a network with one vanilla layer and a linear readout; null for any other. */
export async function unrolledNorms(
  { layers, readout }: Checkpoint,
  multiply?: MatrixProduct,
): Promise<UnrolledNorms | null> {
  const [layer, another] = layers;
  if (!layer || another || layer.cellName !== 'vanilla' || !readout?.linear || !readout.weights) return null;
  const parts = [...layer.matrices, ...(layer.biases.length > 0 ? [sumOf(layer.biases)] : [])];
  const readoutParts = readout.bias ? [readout.weights, readout.bias] : [readout.weights];
  if (!haveSameRows(parts) || !haveSameRows(readoutParts)) return null;
  return { step: await sideBySide(parts, multiply), readout: await sideBySide(readoutParts, multiply) };
}

const haveSameRows = ([first, ...others]: readonly Matrix[]): boolean =>
  first !== undefined && others.every(({ rows }) => rows === first.rows);

/** Biases are added to the same sum. */
function sumOf(biases: readonly Parameter[]): Matrix {
  const rows = biases[0]!.values.length;
  const values = new Float64Array(rows);
  for (const bias of biases) for (let k = 0; k < rows; k++) values[k]! += bias.values[k]!;
  return { rows, columns: 1, values };
}

async function sideBySide(parts: readonly Matrix[], multiply?: MatrixProduct): Promise<SideBySideNorms> {
  const columns = parts[0]!.rows;
  const rows = parts.reduce((total, part) => total + part.columns, 0);
  // Transposed, so that the rows become columns, whose norms are added up.
  const values = new Float64Array(rows * columns);
  let start = 0;
  for (const part of parts) {
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < part.columns; j++) values[(start + j) * columns + i] = part.values[i * part.columns + j]!;
    }
    start += part.columns;
  }
  const { norms, spectral } = await measureDense({ rows, columns, values }, multiply);
  return { two: spectral.upper, rowSum: norms.norm21 };
}
