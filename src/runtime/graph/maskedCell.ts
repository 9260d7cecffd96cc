import type { Cell } from '../../core/cells/cell';
import { scaledBy } from '../../core/cells/composites';
import { complement, variable, type Expression } from '../../core/cells/language';

/** 1 at a step of a sequence, 0 at padding. */
export const mask: Expression<'one'> = variable('mask', 'one');

/**
 * The same cell, but at padding its states stay what they are: s' = m s₊ + (1 − m) s. So a reverse layer begins at the last
 * step of each sequence, though padding comes before it, and the states after all steps are those after a sequence's own last
 * one. Written with both products, because s + m (s₊ − s) would round where m is 1.
 */
export function maskedCell(cell: Cell): Cell {
  const states = cell.states.map(({ name, before, after }) => ({
    ...{ name, before },
    after: scaledBy(mask, after).plus(scaledBy(complement(mask), before)),
  }));
  return { ...cell, states };
}
