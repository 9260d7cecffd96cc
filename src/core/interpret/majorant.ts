import type { Cell } from '../cells/cell';
import { parametersOf } from '../cells/parametersOf';
import type { Sizes } from '../cells/sizes';
import { betterMajorant, isRotating, logNormRatios } from './majorantBothNorms';
import { normsOf, type BlockClass, type VectorRadii } from './majorantClass';
import type { Majorant } from './majorantReach';
import { Recursion } from './majorantRecursion';

export type { MatrixRadii, VectorRadii } from './majorantClass';
export type { Majorant } from './majorantReach';

/** A class of networks of one cell: all that stay within these radii, on sequences of at most `steps` inputs within `input`. */
export interface NetworkClass extends BlockClass {
  readonly sizes: Sizes;
  readonly steps: number;
  readonly input: VectorRadii;
  /** Norms of the states that networks of the class start from, in the order of the cell's. @default zero */
  readonly initialStates?: readonly VectorRadii[];
  /** Whether they differ between networks; each is then a block by the name of its state. @default false */
  readonly initialStatesMove?: boolean;
}

/**
 * Reads the equations of a cell as Lipschitz coefficients, for every network of the class at once: each operation passes on
 * how large its result can get and how far it can move, by the triangle inequality and the slopes of the activations.
 * Gates are only taken to lie where the class forces them, never where data have seen them.
 */
export function majorant(cell: Cell, network: NetworkClass): Majorant {
  const result = inOneNorm(cell, network);
  if (network.p === 2 || !isRotating(cell)) return result;
  return betterMajorant(result, inOneNorm(cell, { ...network, p: 2 }), logNormRatios(cell, network.sizes));
}

function inOneNorm(cell: Cell, network: NetworkClass): Majorant {
  const { sizes, steps, input, initialStates = [], initialStatesMove = false } = network;
  const names = parametersOf(cell).map(({ name }) => name);
  if (initialStatesMove) names.push(...cell.states.map(({ name }) => name));
  const blocks = new Map(names.map((name, k) => [name, k]));
  const equations = { ...cell, reads: cell.input, handsOn: cell.output, initialStatesMove, inputBlock: null };
  const recursion = new Recursion(equations, { p: network.p, sizes, blocks, norms: normsOf(network) });
  recursion.start(input, initialStates);
  // Steps that change nothing need not be taken.
  for (let taken = 0; taken < steps; taken++) if (!recursion.step()) break;
  return recursion.result();
}
