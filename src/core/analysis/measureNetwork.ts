import { parametersOf } from '../cells/parametersOf';
import type { LinearMap } from '../cells/linearMap';
import { storedMatrix } from '../cells/storedMatrix';
import type { Checkpoint, Parameter, RecurrentLayer } from '../checkpoint';
import { readoutDense } from '../checkpointReadout';
import { layerSizes } from '../layerSizes';
import type { MatrixProduct } from '../linalg/certifiedSpectralNorm';
import { matrixNorms, type MatrixNorms } from './matrixNorms';
import type { MeasuredMatrix } from './measuredMatrix';
import { measureDense, measureLearned } from './measureLearned';
import { pooledFilters, type PooledFilter } from './pooledFilters';
import { unrolledNorms, type UnrolledNorms } from './unrolledNorms';

export type { MeasuredMatrix } from './measuredMatrix';

/** The norms of a whole checkpoint, in the order of its layers and of each layer's matrices. */
export interface MeasuredNetwork {
  readonly layers: readonly MeasuredLayer[];
  /** Of V, which the scores come out of; null where the readout was not understood. */
  readonly readout: MeasuredMatrix | null;
  /** Of the dense layers in front of it, in their order. @default none */
  readonly hidden?: readonly MeasuredMatrix[];
  /** Of the table of the trained embedding in front of the first layer. @default none */
  readonly embedding?: MatrixNorms;
  /** What bounds about networks unrolled in time ask for; null where there are none for this network. @default null */
  readonly unrolled?: UnrolledNorms | null;
}

export interface MeasuredLayer {
  readonly layer: RecurrentLayer;
  readonly matrices: readonly MeasuredParameter[];
  /** The mean filters, where the cell averages filters; else null. @default null */
  readonly pooled?: readonly PooledFilter[] | null;
}

/** The norms are those of the matrix that is applied, which in a convolution has other numbers than are stored. */
export interface MeasuredParameter extends MeasuredMatrix {
  readonly parameter: Parameter;
  /** Rows and columns of the matrix that is applied. */
  readonly applied: readonly [rows: number, columns: number];
}

/** Measures every recurrent matrix and the readout. `multiply` may be a native matrix product; results do not depend on it. */
export async function measureNetwork(checkpoint: Checkpoint, multiply?: MatrixProduct): Promise<MeasuredNetwork> {
  const layers = [];
  for (const layer of checkpoint.layers) {
    const structured = structuredMaps(layer);
    const sizes = layerSizes(layer);
    const matrices: MeasuredParameter[] = [];
    for (const parameter of layer.matrices) {
      const map = structured.get(parameter.name);
      if (map) {
        const { height, width } = storedMatrix(map, sizes);
        matrices.push({
          parameter,
          applied: [height, width],
          ...(await measureLearned(map, sizes, parameter, multiply)),
        });
      } else {
        const applied = [parameter.rows, parameter.columns] as const;
        matrices.push({ parameter, applied, ...(await measureDense(parameter, multiply)) });
      }
    }
    layers.push({ layer, matrices, pooled: pooledFilters(layer) });
  }
  const dense: MeasuredMatrix[] = [];
  for (const { weights } of checkpoint.readout ? readoutDense(checkpoint.readout) : []) {
    dense.push(await measureDense(weights, multiply));
  }
  const first = checkpoint.layers[0]?.input;
  const table = first?.kind === 'frontEnd' ? first.embedding : undefined;
  return {
    layers,
    readout: dense.at(-1) ?? null,
    ...(dense.length > 1 && { hidden: dense.slice(0, -1) }),
    ...(table && { embedding: matrixNorms(table) }),
    unrolled: await unrolledNorms(checkpoint, multiply),
  };
}

/** The matrices of which not every entry is stored by itself, by name. */
function structuredMaps({ cell }: RecurrentLayer): ReadonlyMap<string, LinearMap> {
  const maps = cell ? parametersOf(cell).flatMap(({ matrix }) => matrix ?? []) : [];
  return new Map(maps.flatMap((map) => (map.structure.kind === 'dense' ? [] : [[map.name, map]])));
}
