import { inOrder, type Expression } from '../../core/cells/language';
import { storedMatrix } from '../../core/cells/storedMatrix';
import type { Main } from './main';

/** A learned matrix or vector of a network: an input of its training graph, whose gradient comes out of it. */
export interface TrainedWeight {
  /** Its name in the network, `layer1.W_f`, in the readout V and c; that of the input. */
  readonly name: string;
  /** As it is stored: [rows, columns] of a matrix, [n] of a vector. */
  readonly dims: readonly number[];
  /** The tensor that holds the gradient, of the same shape: `d layer1.W_f`, an output unless the graph moves the weights itself. */
  readonly gradient: string;
}

/** All weights that the roots are made of, whose gradients are given by name: zero where the loss does not depend on one. */
export function trainedWeights(
  main: Main,
  roots: readonly Expression[],
  gradients: ReadonlyMap<string, string>,
  where: 'outputs' | 'inside',
): readonly TrainedWeight[] {
  const weights = new Map<string, TrainedWeight>();
  for (const e of inOrder(roots)) {
    const name = e.matrix?.name ?? e.name;
    if ((!e.matrix && e.operation !== 'vector') || weights.has(name)) continue;
    const dims = e.matrix ? storedDims(main, e) : [main.width([e])];
    // Asked for, every weight is an input, also one that nothing depends on.
    const given = e.matrix ? main.parameters.stored(e.matrix) : main.parameters.vector(name, dims[0]!);
    const gradient = gradients.get(name) ?? main.apply('Mul', [given, main.constant(0)]);
    weights.set(name, {
      name,
      dims,
      gradient: where === 'inside' ? gradient : main.output(gradient, `d ${name}`, dims),
    });
  }
  return [...weights.values()];
}

function storedDims(main: Main, { matrix }: Expression): readonly number[] {
  const { rows, columns } = storedMatrix(matrix!, main.sizes);
  return [rows, columns];
}
