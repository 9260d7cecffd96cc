import type { Cell } from '../../../../src/core/cells/cell';
import { cellNamed } from '../../../../src/core/cells/cells';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { widthOf, type Sizes } from '../../../../src/core/cells/sizes';
import type { CellVariant } from './cellVariants';
import type { RandomRun } from './randomCell';
import { randomNumbers } from './randomNumbers';

/** Weights of a layer, each number drawn from [−1, 1). */
export function randomWeights(cell: Cell, sizes: Sizes, random: () => number): Map<string, Float64Array> {
  const weights = new Map<string, Float64Array>();
  for (const parameter of parametersOf(cell)) {
    const { rows, columns } = storedShape(parameter, sizes);
    weights.set(parameter.name, Float64Array.from({ length: rows * columns }, random));
  }
  return weights;
}

/** A cell of the list with random weights and sequences: by turns in both directions, with and without padding. */
export function variantRun({ name, options, inputSize, hiddenSize }: CellVariant, seed: number): RandomRun {
  const cell = cellNamed(name, options);
  const sizes = cell.sizes(inputSize, hiddenSize);
  const random = randomNumbers(seed);
  const draw = (n: number): Float64Array => Float64Array.from({ length: n }, random);
  const [steps, batch] = [3, 2];
  return {
    ...{ cell, weights: randomWeights(cell, sizes, random), sizes, steps, batch },
    direction: seed % 2 === 0 ? 'forward' : 'reverse',
    lengths: seed % 3 === 0 ? Int32Array.of(3, 2) : null,
    input: draw(steps * batch * sizes.input),
    initialStates: cell.states.map(({ before }) => draw(batch * widthOf(sizes, before.size))),
  };
}
