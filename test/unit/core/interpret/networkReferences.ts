import { readFileSync } from 'node:fs';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import type { Network, NetworkLayer, NetworkReadout } from '../../../../src/core/cells/network';

type Named = Readonly<Record<string, number[]>>;

interface StoredLayer extends Omit<NetworkLayer, 'cell'> {
  readonly cell: CellName;
  readonly options: CellOptions;
}

interface Stored {
  readonly title: string;
  readonly inputSize: number;
  readonly layers: readonly StoredLayer[];
  readonly readout: NetworkReadout;
  readonly steps: number;
  readonly batch: number;
  readonly lengths: number[] | null;
  /** By their names in the network: `layer1.W_f`, `V`, `c`. */
  readonly weights: Named;
  readonly input: number[];
  /** By their names in the network (`layer1.h`), [batch, width]; null: zero. */
  readonly initialStates: Named | null;
  /** Of each layer: what it hands on, its gates and its states, [steps, batch, width], zero at padding. */
  readonly results: readonly { readonly hidden: number[]; readonly gates: Named; readonly states: Named }[];
  /** [steps, batch, outputs], or [batch, outputs] after the last step. */
  readonly scores: number[];
  /**
   * Softmax cross-entropy of classes, one for each position, or the sum over the outputs of (score − target)²; both summed
   * over the `positions` that are not padding.
   */
  readonly loss: {
    readonly kind: 'crossEntropy' | 'squaredError';
    readonly targets: number[];
    readonly positions: number;
  };
  readonly lossValue: number;
  /** How the loss moves. */
  readonly gradients: { readonly weights: Named; readonly input: number[]; readonly initialStates: Named };
}

/** A network run and differentiated by PyTorch in double precision; see test/fixtures/cells/networks.py. */
export type NetworkReference = Stored & { readonly network: Network };

const file = new URL('../../../fixtures/cells/networks.json', import.meta.url);

export const networkReferences: readonly NetworkReference[] = (
  JSON.parse(readFileSync(file, 'utf8')) as readonly Stored[]
).map((stored) => ({
  ...stored,
  network: {
    inputSize: stored.inputSize,
    layers: stored.layers.map(({ cell, options, ...layer }) => ({ ...layer, cell: cellNamed(cell, options) })),
    readout: stored.readout,
  },
}));

export const namedArrays = (named: Named): Map<string, Float64Array> =>
  new Map(Object.entries(named).map(([name, values]) => [name, Float64Array.from(values)]));
