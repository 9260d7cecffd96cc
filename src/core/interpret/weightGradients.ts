import type { Cell } from '../cells/cell';
import { roots } from '../cells/cell';
import { inOrder, type Expression } from '../cells/language';
import { parametersOf, storedShape } from '../cells/parametersOf';
import type { Sizes } from '../cells/sizes';
import { storedMatrix } from '../cells/storedMatrix';
import type { Adjoint } from './differentiate';

/** The gradients of all weights of a cell, which grow by what each step adds to them. */
export interface WeightGradients {
  /** By the names in the equations, each in the shape in which it is stored; zero where the loss does not depend on it. */
  readonly weights: ReadonlyMap<string, Float64Array>;
  /** Adds what the values of this step contribute. */
  readonly add: () => void;
}

/** The expressions that `weightGradients` reads the values of. */
export function readForWeights(cell: Cell, adjoint: Adjoint): readonly Expression[] {
  return [
    ...vectorsOf(cell, adjoint).map(({ cotangent }) => cotangent),
    ...adjoint.pairs.flatMap(({ cotangent, operand }) => [cotangent, operand]),
  ];
}

export function weightGradients(
  cell: Cell,
  adjoint: Adjoint,
  sizes: Sizes,
  valueOf: (e: Expression) => Float64Array,
): WeightGradients {
  const weights = new Map<string, Float64Array>();
  for (const parameter of parametersOf(cell)) {
    const { rows, columns } = storedShape(parameter, sizes);
    weights.set(parameter.name, new Float64Array(rows * columns));
  }
  const additions = [
    ...vectorsOf(cell, adjoint).map(({ name, cotangent }) => sum(weights.get(name)!, valueOf(cotangent))),
    ...adjoint.pairs.map(({ matrix, cotangent, operand }) =>
      outerProduct(
        weights.get(matrix.name)!,
        storedMatrix(matrix, sizes).places(),
        valueOf(cotangent),
        valueOf(operand),
      ),
    ),
  ];
  return {
    weights,
    add: () => {
      for (const addition of additions) addition();
    },
  };
}

/** Vectors are leaves, so each has one cotangent, however often it is read. */
function vectorsOf(cell: Cell, adjoint: Adjoint): readonly { readonly name: string; readonly cotangent: Expression }[] {
  return inOrder(roots(cell)).flatMap((e) => {
    const cotangent = e.operation === 'vector' ? adjoint.of(e) : undefined;
    return cotangent ? [{ name: e.name, cotangent }] : [];
  });
}

const sum = (gradient: Float64Array, cotangent: Float64Array) => (): void => {
  for (let k = 0; k < gradient.length; k++) gradient[k]! += cotangent[k]!;
};

/** A stored number of a matrix with a structure gets what belongs to each of its places in the applied matrix. */
const outerProduct =
  (gradient: Float64Array, places: Int32Array | null, cotangent: Float64Array, operand: Float64Array) => (): void => {
    let k = 0;
    for (const d of cotangent) {
      for (const u of operand) {
        const place = places ? places[k]! : k;
        if (place >= 0) gradient[place]! += d * u;
        k++;
      }
    }
  };
