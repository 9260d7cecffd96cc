import type { Cell, CellOptions } from './cell';
import { gru, gruResetAfter } from './gru';
import { lstm } from './lstm';
import { mgu } from './mgu';
import { vanilla } from './vanilla';

/** The list of cells. A new cell is one file and one line here. */
export const cells = {
  vanilla,
  mgu,
  lstm,
  gru,
  'gru-reset-after': gruResetAfter,
} as const satisfies Readonly<Record<string, (options?: CellOptions) => Cell>>;

export type CellName = keyof typeof cells;

/** The cell of that name with these options; what an option does is said where `CellOptions` is declared. */
export const cellNamed = (name: CellName, options: CellOptions = {}): Cell => cells[name](options);
