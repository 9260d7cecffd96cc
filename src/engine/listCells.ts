import { cellNamed, cellNames } from '../core/cells/cells';
import type { ListedCell } from '../protocol/engineApi';

/** Every cell with its defaults, to choose among. */
export const listCells = (): readonly ListedCell[] =>
  cellNames.map((name) => {
    const { source, stateBound } = cellNamed(name);
    return { name, source, stateBound: stateBound.text };
  });
