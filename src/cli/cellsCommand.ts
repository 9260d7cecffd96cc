import { cellNames } from '../core/cells/cells';
import { listedCell, listedCount, type LayerSizes } from '../core/cells/listedCell';
import { equations } from '../core/interpret/equations';
import { cellsText } from './cellsText';
import { exitCode } from './exitCode';

export interface CellsOptions {
  readonly inputSize?: number;
  readonly hiddenSize?: number;
  readonly json?: boolean;
}

/** Lists every cell: for people in a common size unless they name one, as JSON with counts only where a size was given. */
export function cellsCommand({ inputSize, hiddenSize, json = false }: CellsOptions): number {
  if ((inputSize === undefined) !== (hiddenSize === undefined)) {
    process.stderr.write('A layer has two sizes: give both --input-size and --hidden-size, or neither.\n');
    return exitCode.usage;
  }
  const sizes = inputSize === undefined || hiddenSize === undefined ? null : { inputSize, hiddenSize };
  process.stdout.write(json ? `${JSON.stringify(listed(sizes), null, 2)}\n` : cellsText(sizes ?? usual));
  return exitCode.done;
}

const usual: LayerSizes = { inputSize: 128, hiddenSize: 128 };

const listed = (sizes: LayerSizes | null): readonly object[] =>
  cellNames.map((name) => {
    const cell = listedCell(name);
    return {
      name,
      equations: equations(cell),
      parameters: listedCount(name, sizes),
      stateBound: cell.stateBound.text,
      parent: cell.parent,
      source: cell.source,
    };
  });
