import type { Activation } from './activation';
import { inOrder, variable, type Expression, type LinearMap, type Size } from './language';

/** The vocabulary of gates; `candidate` is the new content that the gates let in. */
export type GateName = 'input' | 'forget' | 'output' | 'candidate' | 'update' | 'reset';

/** What a cell can be asked to be. A cell ignores what it has no use for; the defaults are those of its paper. */
export interface CellOptions {
  /** Of every gate but the candidate. @default 'sigmoid' */
  readonly gateActivation?: Activation;
  /** Of the candidate, which is the whole of a vanilla cell. @default 'tanh' */
  readonly candidateActivation?: Activation;
  /** Of the cell state on its way out of an LSTM. @default 'tanh' */
  readonly outputActivation?: Activation;
  /**
   * Which way the update gate of a GRU works: true for h = (1 − z) ∘ a + z ∘ h₋ (Cho et al. 2014, ONNX, Keras, PyTorch),
   * false for h = (1 − z) ∘ h₋ + z ∘ a (Chung et al. 2014; Kuo et al. 2020). @default true
   */
  readonly updateKeeps?: boolean;
  /** Whether there are biases. A bias that does not exist is not the same as one that is zero. @default true */
  readonly bias?: boolean;
}

export interface State {
  readonly name: string;
  readonly before: Expression;
  readonly after: Expression;
}

/** One step of a recurrent network: how its states move, what the next layer sees, and the activations worth a name. */
export interface Cell {
  /** Its name in the list of cells. */
  readonly name: string;
  /** The paper it comes from. */
  readonly source: string;
  /** The options it was defined with, defaults filled in; an option that it has no use for is absent. */
  readonly options: CellOptions;
  /** x. */
  readonly input: Expression<'input'>;
  /** In the order in which runtimes take initial states: the hidden state first. */
  readonly states: readonly State[];
  readonly output: Expression<'hidden'>;
  /** Every activation, by its name in the vocabulary of `GateName`. */
  readonly gates: Readonly<Record<string, Expression<'hidden'>>>;
  /** The letters of the gates in the equations and in the names of their parameters; none in a vanilla cell. */
  readonly letters: Readonly<Record<string, string>>;
}

interface Heading<S, G extends GateName> {
  readonly name: string;
  readonly source: string;
  readonly options: CellOptions;
  readonly states: S;
  readonly letters: Readonly<Partial<Record<G, string>>>;
}

interface Step<S extends Readonly<Record<string, Size>>, G extends GateName> {
  readonly gates: Readonly<Record<G, Expression<'hidden'>>>;
  readonly states: { readonly [K in keyof S]: Expression<S[K]> };
  readonly output: Expression<'hidden'>;
}

/** Defines a cell: its states with their sizes, and a step from x and the states before to the states after. */
export function cell<const S extends Readonly<Record<string, Size>>, const G extends GateName>(
  { name, source, options, states: sizes, letters }: Heading<S, G>,
  step: (x: Expression<'input'>, before: { readonly [K in keyof S]: Expression<S[K]> }) => Step<S, G>,
): Cell {
  const input = variable('x', 'input');
  const before = Object.fromEntries(Object.entries(sizes).map(([state, size]) => [state, variable(state, size)]));
  const { gates, states: after, output } = step(input, before as { [K in keyof S]: Expression<S[K]> });
  const states = Object.entries<Expression>(after).map(([state, value]) => {
    const variableBefore = before[state];
    if (!variableBefore || variableBefore.size !== value.size) {
      throw new Error(`The state ${state} of the cell ${name} does not keep its size from one step to the next.`);
    }
    return { name: state, before: variableBefore, after: value };
  });
  const defined = { name, source, options, input, states, output, gates, letters: letters as Record<string, string> };
  checkParameters(defined);
  return defined;
}

/** What has to be computed at every step: the states after it, the output, and the gates. */
export function roots({ states, output, gates }: Cell): Expression[] {
  return [...states.map(({ after }) => after), output, ...Object.values(gates)];
}

/** One name may stand for one parameter only. */
function checkParameters(defined: Cell): void {
  const shapes = new Map<string, string>();
  const shapeOf = (matrix: LinearMap | null, size: Size): string =>
    matrix ? `matrix from ${matrix.from} to ${matrix.to} size` : `vector of ${size} size`;
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
