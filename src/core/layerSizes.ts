import { widthOf, type Sizes } from './cells/sizes';
import type { RecurrentLayer } from './checkpoint';

type Sized = Pick<RecurrentLayer, 'cell' | 'inputSize' | 'hiddenSize'>;

/** All widths of a layer: `input` of the x it reads, `hidden` and whatever else its cell has. */
export const layerSizes = ({ cell, inputSize, hiddenSize }: Sized): Sizes =>
  cell ? cell.sizes(inputSize, hiddenSize) : { input: inputSize, hidden: hiddenSize };

/** How many numbers a layer hands on at every step, which in most cells is its hidden size. */
export const outputWidth = (layer: Sized): number =>
  layer.cell ? widthOf(layerSizes(layer), layer.cell.output.size) : layer.hiddenSize;
