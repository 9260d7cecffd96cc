import type { LinearMap } from './linearMap';
import { widthOf, type Sizes } from './sizes';
import { storedMatrix } from './storedMatrix';

/** How many numbers an output of a map is made of, and how many outputs an input goes into. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** The fans of a map; in a convolution those of places away from the border. */
export function fansOf(matrix: LinearMap, sizes: Sizes): Fans {
  const { structure } = matrix;
  const { columns } = storedMatrix(matrix, sizes);
  switch (structure.kind) {
    case 'dense':
      return { fanIn: widthOf(sizes, matrix.from), fanOut: widthOf(sizes, matrix.to) };
    case 'spread':
      return { fanIn: 1, fanOut: columns };
    case 'gather':
      return { fanIn: columns, fanOut: 1 };
    case 'convolution': {
      const [rows, across] = structure.kernel;
      const [incoming, outgoing] = structure.channels.map((size) => widthOf(sizes, size)) as [number, number];
      return { fanIn: rows * across * incoming, fanOut: rows * across * outgoing };
    }
  }
}
