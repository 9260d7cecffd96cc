import type { Cell } from '../cells/cell';
import type { Sizes } from '../cells/sizes';
import { parametersOf } from '../cells/parametersOf';
import { programOf } from '../cells/program';
import { rule, setSize, still, type Bounds } from './majorantRule';

/** Upper bounds of the norms of a matrix: ‖A‖₂, ‖A‖_∞ (largest absolute row sum), ‖A‖_{2→∞} (largest Euclidean norm of a row). */
export interface MatrixRadii {
  readonly two: number;
  readonly inf: number;
  readonly maxRow: number;
}

/** Upper bounds of the Euclidean norm of a vector and of its largest absolute entry. */
export interface VectorRadii {
  readonly two: number;
  readonly inf: number;
}

/** A class of networks: all that stay within these radii, on sequences of at most `steps` inputs within `input`. */
export interface NetworkClass {
  /** The norm in which movement is measured, of states and parameters alike. */
  readonly p: 2 | 'inf';
  readonly sizes: Sizes;
  readonly steps: number;
  readonly input: VectorRadii;
  /** By the names of the parameters in the equations. */
  readonly matrices: ReadonlyMap<string, MatrixRadii>;
  readonly vectors: ReadonlyMap<string, VectorRadii>;
  /** Norms of the states that all networks of the class start from, in the order of the cell's. @default zero */
  readonly initialStates?: readonly VectorRadii[];
}

/** How large the output of a cell gets in any of `steps` steps, and how far it moves, as natural logarithms. */
export interface Majorant {
  readonly logTwo: number;
  readonly logInf: number;
  /** ln L_A: ‖h_t − h′_t‖_p ≤ Σ_A L_A ‖A − A′‖_p for any two networks of the class and any input. */
  readonly logMoves: ReadonlyMap<string, number>;
  /** Between which values each gate stays, whatever the network of the class and the input. */
  readonly gateRanges: ReadonlyMap<string, { readonly low: number; readonly high: number }>;
}

/**
 * Reads the equations of a cell as Lipschitz coefficients, for every network of the class at once: each operation passes on
 * how large its result can get and how far it can move, by the triangle inequality and the slopes of the activations.
 * Gates are only taken to lie where the class forces them, never where data have seen them.
 */
export function majorant(cell: Cell, network: NetworkClass): Majorant {
  const { instructions, input, states, output, gates } = programOf(cell);
  const parameters = parametersOf(cell).map(({ name }) => name);
  const order = new Map(parameters.map((name, k) => [name, k]));
  const all = instructions.map((): Bounds => still(parameters.length));
  setSize(all[input]!, network.input);
  states.forEach(({ before }, k) => setSize(all[before]!, network.initialStates?.[k] ?? { two: 0, inf: 0 }));
  const rules = instructions.map(({ expression, operands }, place) => {
    const own = order.get(expression.matrix?.name ?? expression.name) ?? -1;
    return rule(
      expression,
      operands.map((k) => all[k]!),
      all[place]!,
      own,
      network,
    );
  });
  // What no state reaches is the same at every step.
  const moving = new Set(states.map(({ before }) => before));
  instructions.forEach(({ operands }, place) => {
    if (operands.some((operand) => moving.has(operand))) moving.add(place);
  });
  const eachStep = rules.filter((_, place) => moving.has(place));
  const gateRanges = new Map([...gates.keys()].map((gate) => [gate, { low: Infinity, high: -Infinity }]));
  const largest = still(parameters.length);

  for (let step = 0; step < network.steps; step++) {
    for (const apply of step === 0 ? rules : eachStep) apply();
    for (const [gate, place] of gates) {
      const range = gateRanges.get(gate)!;
      range.low = Math.min(range.low, all[place]!.low);
      range.high = Math.max(range.high, all[place]!.high);
    }
    enlarge(largest, all[output]!);
    // A state may be what another state was before the step, so all are read before any is written.
    const after = states.map((state) => copy(all[state.after]!));
    states.forEach(({ before }, k) => assign(all[before]!, after[k]!));
  }
  const logMoves = new Map(parameters.map((name, k) => [name, largest.moves[k]!]));
  return { logTwo: largest.logTwo, logInf: largest.logInf, logMoves, gateRanges };
}

/** Sequences may end sooner, and a cell that starts from a large state may be largest long before the last step. */
function enlarge(largest: Bounds, { logTwo, logInf, moves }: Bounds): void {
  largest.logTwo = Math.max(largest.logTwo, logTwo);
  largest.logInf = Math.max(largest.logInf, logInf);
  for (let k = 0; k < moves.length; k++) largest.moves[k] = Math.max(largest.moves[k]!, moves[k]!);
}

const copy = (bounds: Bounds): Bounds => ({ ...bounds, moves: bounds.moves.slice() });

function assign(to: Bounds, { logTwo, logInf, low, high, moves }: Bounds): void {
  Object.assign(to, { logTwo, logInf, low, high });
  to.moves.set(moves);
}
