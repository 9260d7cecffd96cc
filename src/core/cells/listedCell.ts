import { Problem } from '../problem';
import type { Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { cellNamed, type CellName } from './cells';
import { countOrNull, weightsFormula } from './weightsFormula';

/** Options by which a paper that counts weights differs from the defaults. */
const optionsOfPapers: Partial<Record<CellName, CellOptions>> = {
  // Chen, Li & Zhao 2019 write it without biases.
  mgu: { bias: false },
};

/** The cell as lists of cells show and count it. */
export const listedCell = (name: CellName): Cell => cellNamed(name, optionsOfPapers[name]);

/** Input size and hidden size, as people name them. */
export interface LayerSizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
}

/**
 * The number of weights of one layer of a listed cell; null where it does not come in that size, or where the count depends
 * on the size and there is none.
 */
export function listedCount(name: CellName, sizes: LayerSizes | null): number | null {
  const cell = listedCell(name);
  // Filters have their own width, so their weights are as many in a layer of any size.
  if (weightsFormula(cell)?.isConstant) return countOrNull(cell, 1, 1);
  return sizes && countOrNull(cell, sizes.inputSize, sizes.hiddenSize);
}

/** Why there is no such layer, for people; empty where there is one. */
export function whyNotCounted(name: CellName, { inputSize, hiddenSize }: LayerSizes): string {
  try {
    listedCell(name).sizes(inputSize, hiddenSize);
    return '';
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

/** What is not obvious about the count of a cell, in words. */
export function whatIsCounted(name: CellName): readonly string[] {
  const cell = listedCell(name);
  const said: string[] = [];
  if (cell.sizes(2, 2).input !== 2) said.push('N and M are channels at each place of a grid');
  if (cell.storedTwice.length > 0) said.push(`${cell.storedTwice.join(' and ')} count twice, as runtimes store them`);
  return said;
}
