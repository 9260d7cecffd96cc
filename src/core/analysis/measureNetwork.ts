import type { Checkpoint, Parameter, RecurrentLayer } from '../checkpoint';
import { certifiedSpectralNorm, type MatrixProduct } from '../linalg/certifiedSpectralNorm';
import type { Interval, Matrix } from '../linalg/matrix';
import { matrixNorms, type MatrixNorms } from './matrixNorms';

/** A matrix with every norm that a report or a bound asks for; the spectral norm as an interval that encloses it. */
export interface MeasuredMatrix {
  readonly norms: MatrixNorms;
  readonly spectral: Interval;
}

/** The norms of a whole checkpoint, in the order of its layers and of each layer's matrices. */
export interface MeasuredNetwork {
  readonly layers: readonly { readonly layer: RecurrentLayer; readonly matrices: readonly MeasuredParameter[] }[];
  readonly readout: MeasuredMatrix | null;
}

export interface MeasuredParameter extends MeasuredMatrix {
  readonly parameter: Parameter;
}

/** Measures every recurrent matrix and the readout. `multiply` may be a native matrix product; results do not depend on it. */
export async function measureNetwork(checkpoint: Checkpoint, multiply?: MatrixProduct): Promise<MeasuredNetwork> {
  const measure = async (matrix: Matrix): Promise<MeasuredMatrix> => ({
    norms: matrixNorms(matrix),
    spectral: await certifiedSpectralNorm(matrix, multiply),
  });
  const layers = [];
  for (const layer of checkpoint.layers) {
    const matrices = [];
    for (const parameter of layer.matrices) matrices.push({ parameter, ...(await measure(parameter)) });
    layers.push({ layer, matrices });
  }
  const weights = checkpoint.readout?.weights;
  return { layers, readout: weights ? await measure(weights) : null };
}
