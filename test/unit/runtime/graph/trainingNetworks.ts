import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import { outputWidth, type Network, type NetworkLayer, type NetworkReadout } from '../../../../src/core/cells/network';

/** A layer that reads the input forwards, unless told otherwise. */
export const layer = (
  of: Partial<NetworkLayer> & Pick<NetworkLayer, 'cell' | 'inputSize' | 'hiddenSize'>,
): NetworkLayer => ({
  ...{ name: 'layer1', direction: 'forward', reads: 'input', residual: false },
  ...of,
});

/** Layers on top of each other, or where `reads` says; each reads the one before unless told otherwise. */
export function networkOf(
  inputSize: number,
  cells: readonly (readonly [CellName, hiddenSize: number, Partial<NetworkLayer>?])[],
  readout: Omit<NetworkReadout, 'bias' | 'outputs'>,
): Network {
  const layers: NetworkLayer[] = [];
  for (const [k, [name, hiddenSize, details = {}]] of cells.entries()) {
    const reads = details.reads ?? (k === 0 ? 'input' : [k - 1]);
    const width = reads === 'input' ? inputSize : reads.reduce((total, j) => total + outputWidth(layers[j]!), 0);
    layers.push(
      layer({ name: `layer${k + 1}`, cell: cellNamed(name), inputSize: width, hiddenSize, ...details, reads }),
    );
  }
  return { inputSize, layers, readout: { ...readout, outputs: 3, bias: true } };
}
