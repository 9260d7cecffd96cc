import { inOrder, type Expression, type Size } from './language';

/** The widths of a layer, by their names. */
export interface Sizes {
  readonly input: number;
  readonly hidden: number;
  readonly [size: Size]: number;
}

/** A width that has no name is named by its number: `12`. */
export function widthOf(sizes: Readonly<Record<Size, number>>, size: Size): number {
  if (size === 'one') return 1;
  const width = /^\d+$/.test(size) ? Number(size) : sizes[size];
  if (width === undefined) throw new Error(`The size ${size} is needed but was not given.`);
  return width;
}

/** Throws where expressions of these widths do not fit together: parts and wholes of concat, slice and tile. */
export function checkWidths(roots: readonly Expression[], sizes: Readonly<Record<Size, number>>): void {
  const widths = (list: readonly Size[]): number => list.reduce((total, size) => total + widthOf(sizes, size), 0);
  for (const { operation, size, operands, skipped } of inOrder(roots)) {
    const width = widthOf(sizes, size);
    const read = widths(operands.map((operand) => operand.size));
    const fits =
      operation === 'concat'
        ? read === width
        : operation === 'slice'
          ? widths(skipped) + width <= read
          : operation === 'tile'
            ? width % read === 0
            : operation !== 'untile' || read % width === 0;
    if (!fits) {
      throw new Error(`The operation ${operation} cannot make ${width} numbers (${size}) of the ${read} it is given.`);
    }
  }
}
