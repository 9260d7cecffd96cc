import type { Checkpoint, LayerInput } from '../../../src/core/checkpoint';
import { seededRandom } from '../../../src/core/linalg/seededRandom';
import type { Matrix } from '../../../src/core/linalg/matrix';

/** The checkpoint with every matrix made by `change`. */
export function withMatrices(
  checkpoint: Checkpoint,
  change: (values: Matrix['values']) => Matrix['values'],
): Checkpoint {
  const changed = <M extends Matrix>(matrix: M): M => ({ ...matrix, values: change(matrix.values) });
  const { readout } = checkpoint;
  const tables = new Map<string, Matrix>();
  // Both directions of a layer read one table.
  const withTable = (input: LayerInput): LayerInput => {
    if (input.kind !== 'frontEnd' || !input.embedding) return input;
    const { tensor } = input.embedding;
    const table = tables.get(tensor) ?? changed(input.embedding);
    tables.set(tensor, table);
    return { ...input, embedding: { ...table, tensor } };
  };
  return {
    ...checkpoint,
    layers: checkpoint.layers.map((layer) => ({
      ...layer,
      input: withTable(layer.input),
      matrices: layer.matrices.map(changed),
      biases: layer.biases.map(changed),
    })),
    readout: readout && {
      ...readout,
      ...(readout.hidden && {
        hidden: readout.hidden.map((dense) => ({
          ...dense,
          weights: changed(dense.weights),
          bias: dense.bias && changed(dense.bias),
        })),
      }),
      weights: readout.weights && changed(readout.weights),
      bias: readout.bias && changed(readout.bias),
    },
  };
}

/** The checkpoint with numbers of another training: every one moved, by amounts that no element type of a file keeps exactly. */
export function otherNumbers(checkpoint: Checkpoint, seed: number): Checkpoint {
  const { normal } = seededRandom(seed);
  return withMatrices(checkpoint, (values) => Float64Array.from(values, (value) => value + normal() / 7));
}
