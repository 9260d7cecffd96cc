import type { CellOptions } from '../src/core/cells/cellOptions';
import { cellNamed, type CellName } from '../src/core/cells/cells';
import { parameterCount, parametersOf, storedShape } from '../src/core/cells/parametersOf';
import entries from './publishedCounts.json';

/** A number of weights that a paper prints, beside what the cell's formula gives. */
export interface PublishedCount {
  readonly paper: string;
  readonly task: string;
  readonly cell: CellName;
  readonly published: number;
  /** What the paper rounds to. */
  readonly unit: number;
  /** Of this program, for the sizes and options of the paper. */
  readonly count: number;
  readonly isReproduced: boolean;
  readonly remark: string;
}

interface Entry extends Pick<PublishedCount, 'paper' | 'task' | 'cell' | 'published' | 'unit'> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly options?: CellOptions;
  /** Whether every bias is counted twice, as runtimes store them. */
  readonly twoBiases?: boolean;
  readonly remark?: string;
}

export const publishedCounts: readonly PublishedCount[] = (entries as readonly Entry[]).map((entry) => {
  const { cell, options, inputSize, hiddenSize, layers, twoBiases = false, published, unit, remark = '' } = entry;
  const defined = cellNamed(cell, options);
  const sizes = defined.sizes(inputSize, hiddenSize);
  const biases = parametersOf(defined)
    .filter(({ role }) => role === 'bias')
    .reduce((total, parameter) => total + storedShape(parameter, sizes).rows, 0);
  const count = layers * (parameterCount(defined, inputSize, hiddenSize) + (twoBiases ? biases : 0));
  const isReproduced = Math.round(count / unit) * unit === published;
  return { ...entry, cell, published, unit, remark, count, isReproduced };
});
