import { Problem } from '../problem';
import type { CellOptions } from './cellOptions';
import { inOrder, variable, type Expression, type Size } from './language';
import type { LinearMap } from './linearMap';
import type { Notation } from './notation';
import type { Sizes } from './sizes';

/** The vocabulary of gates; `candidate` is the new content that the gates let in. */
export type GateName =
  | 'input'
  | 'forget'
  | 'output'
  | 'candidate'
  | 'update'
  | 'reset'
  /** How far a residual connection replaces the input (IHC-LSTM). */
  | 'residual'
  /** The new content of what the next layer sees, where that is not the state (intersection RNN). */
  | 'outputCandidate'
  /** What is added to a state that only grows (GATO). */
  | 'increment'
  /** The view of past averages that new statistics start from (statistical recurrent unit). */
  | 'summary';

export interface State {
  readonly name: string;
  readonly before: Expression;
  readonly after: Expression;
}

/** How large the states can get, whatever the weights and however long the sequence. */
export interface StateBound {
  /** For people: a formula, and why. */
  readonly text: string;
  /** The states that grow without limit for some weights; none in a bounded cell. */
  readonly unbounded: readonly string[];
}

/** One step of a recurrent network: how its states move, what the next layer sees, and the activations worth a name. */
export interface Cell {
  /** Its name in the list of cells. */
  readonly name: string;
  /** The paper it comes from. */
  readonly source: string;
  /** The cell it simplifies or extends, whose weights it is compared with; null for the first of its kind. */
  readonly parent: string | null;
  readonly stateBound: StateBound;
  /** Biases that every file format stores twice, because runtimes do, though only the sum is used; mostly none. */
  readonly storedTwice: readonly string[];
  /** Vectors of an untrained cell that start all at one number, by which a paper starts them; others start by what they do. */
  readonly startsAt: Readonly<Record<string, number>>;
  /** The options it was defined with, defaults filled in; an option that it has no use for is absent. */
  readonly options: CellOptions;
  /** All widths of a layer from the two that people name. Throws a Problem where the cell does not come in that size. */
  readonly sizes: (inputSize: number, hiddenSize: number) => Sizes;
  /** x. */
  readonly input: Expression<'input'>;
  /** In the order in which runtimes take initial states: the hidden state first. */
  readonly states: readonly State[];
  /** What the next layer sees. */
  readonly output: Expression;
  /** Every activation, by its name in the vocabulary of `GateName`. */
  readonly gates: Readonly<Record<string, Expression>>;
  /** The letters of the gates in the equations and in the names of their parameters; none in a vanilla cell. */
  readonly letters: Readonly<Record<string, string>>;
  /** How it wants to be printed beyond that; it changes nothing that is computed. */
  readonly notation?: Partial<Notation>;
}

interface Heading<S, G extends GateName> {
  readonly name: string;
  readonly source: string;
  readonly parent: string | null;
  readonly stateBound: StateBound;
  readonly storedTwice?: readonly string[];
  readonly startsAt?: Readonly<Record<string, number>>;
  readonly options: CellOptions;
  /** The widths beside `input` and `hidden`, or other values of these two. Throws a Problem for a size that cannot be. */
  readonly sizes?: (inputSize: number, hiddenSize: number) => Readonly<Record<Size, number>>;
  readonly states: S;
  readonly letters: Readonly<Partial<Record<G, string>>>;
}

interface Step<S extends Readonly<Record<string, Size>>, G extends GateName> {
  readonly gates: Readonly<Record<G, Expression>>;
  readonly states: { readonly [K in keyof S]: Expression<S[K]> };
  readonly output: Expression;
  readonly notation?: Partial<Notation>;
}

/** Defines a cell: its states with their sizes, and a step from x and the states before to the states after. */
export function cell<const S extends Readonly<Record<string, Size>>, const G extends GateName>(
  { states: sizesOfStates, sizes = () => ({}), storedTwice = [], startsAt = {}, letters, ...heading }: Heading<S, G>,
  step: (x: Expression<'input'>, before: { readonly [K in keyof S]: Expression<S[K]> }) => Step<S, G>,
): Cell {
  const input = variable('x', 'input');
  if ('x' in sizesOfStates)
    throw new Error(`The cell ${heading.name} names a state x, which is the name of its input.`);
  const before = Object.fromEntries(
    Object.entries(sizesOfStates).map(([state, size]) => [state, variable(state, size)]),
  );
  const { gates, states: after, output, notation = {} } = step(input, before as { [K in keyof S]: Expression<S[K]> });
  const states = Object.entries<Expression>(after).map(([state, value]) => {
    const variableBefore = before[state];
    if (!variableBefore || variableBefore.size !== value.size) {
      throw new Error(
        `The state ${state} of the cell ${heading.name} does not keep its size from one step to the next.`,
      );
    }
    return { name: state, before: variableBefore, after: value };
  });
  const defined: Cell = {
    ...heading,
    storedTwice,
    startsAt,
    sizes: (inputSize, hiddenSize) => {
      requireWidth(inputSize, 'input size');
      requireWidth(hiddenSize, 'hidden size');
      return { input: inputSize, hidden: hiddenSize, ...sizes(inputSize, hiddenSize) };
    },
    ...{ input, states, output, gates, letters: letters as Record<string, string>, notation },
  };
  checkParameters(defined);
  return defined;
}

function requireWidth(width: number, what: string): void {
  if (!Number.isSafeInteger(width) || width < 1) throw new Problem(`The ${what} must be a whole number of at least 1.`);
}

/** For cells that add their input to their state, or pass it on beside it. */
export const requireSameWidths =
  (cellName: string) =>
  (inputSize: number, hiddenSize: number): Readonly<Record<Size, number>> => {
    if (inputSize === hiddenSize) return {};
    throw new Problem(
      `The cell ${cellName} needs an input as wide as its state: choose the same input size and hidden size.`,
    );
  };

/** What has to be computed at every step: the states after it, the output, and the gates. */
export function roots({ states, output, gates }: Pick<Cell, 'states' | 'output' | 'gates'>): Expression[] {
  return [...states.map(({ after }) => after), output, ...Object.values(gates)];
}

/** One name may stand for one parameter only. */
function checkParameters(defined: Cell): void {
  const shapes = new Map<string, string>();
  const shapeOf = (matrix: LinearMap | null, size: Size): string =>
    matrix ? `${matrix.structure.kind} matrix from ${matrix.from} to ${matrix.to} size` : `vector of ${size} size`;
  for (const { operation, name, matrix, size } of inOrder(roots(defined))) {
    if (operation !== 'vector' && !matrix) continue;
    const parameter = matrix?.name ?? name;
    const shape = shapeOf(matrix, size);
    if ((shapes.get(parameter) ?? shape) !== shape) {
      throw new Error(`The cell ${defined.name} uses ${parameter} as a ${shapes.get(parameter)} and as a ${shape}.`);
    }
    shapes.set(parameter, shape);
  }
}
