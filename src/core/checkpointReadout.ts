import type { NetworkReadout } from './cells/network';
import { readoutLayers } from './cells/readout';
import type { Readout, ReadoutDense } from './checkpoint';
import type { Matrix } from './linalg/matrix';

/** The dense layers of a readout in their order, the one that gives the scores last; none where it was not understood. */
export const readoutDense = ({ hidden = [], weights, bias }: Readout): readonly ReadoutDense[] =>
  weights ? [...hidden, { weights, bias, activation: 'linear' }] : [];

/** The readout of a network as that of the checkpoint is, reading these layers of the network. */
export function networkReadout(
  readout: Readout,
  layers: readonly number[],
  steps: NetworkReadout['steps'],
): NetworkReadout {
  const dense = readoutDense(readout).map(({ weights, bias, activation }) => ({
    ...{ units: weights.rows, activation, bias: bias !== null },
  }));
  const last = dense.at(-1)!;
  const hidden = dense.length > 1 ? { hidden: dense.slice(0, -1) } : {};
  return { layers, steps, ...hidden, outputs: last.units, bias: last.bias };
}

/** The matrices and biases of a readout by their names in the network: V and c, or V1, c1, V2, c2, … */
export function readoutMatrices(
  readout: Readout,
): readonly { readonly name: string; readonly matrix: Matrix & { readonly tensor: string } }[] {
  return named(readout).flatMap(({ dense, matrix, bias }) => [
    { name: matrix, matrix: dense.weights },
    ...(dense.bias ? [{ name: bias, matrix: dense.bias }] : []),
  ]);
}

/** The same readout with each matrix and bias changed; `change` is given their names in the network. */
export function changedReadout(readout: Readout, change: <M extends Matrix>(name: string, matrix: M) => M): Readout {
  const changed = named(readout).map(({ dense, matrix, bias }) => ({
    ...dense,
    weights: change(matrix, dense.weights),
    bias: dense.bias && change(bias, dense.bias),
  }));
  const last = changed.at(-1);
  if (!last) return readout;
  const hidden = changed.length > 1 ? { hidden: changed.slice(0, -1) } : {};
  return { ...readout, ...hidden, weights: last.weights, bias: last.bias };
}

function named(readout: Readout): readonly {
  readonly dense: ReadoutDense;
  readonly matrix: string;
  readonly bias: string;
}[] {
  const dense = readoutDense(readout);
  if (dense.length === 0) return [];
  const names = readoutLayers(networkReadout(readout, [], 'last'));
  return dense.map((each, k) => ({ dense: each, matrix: names[k]!.map.name, bias: names[k]!.bias ?? '' }));
}
