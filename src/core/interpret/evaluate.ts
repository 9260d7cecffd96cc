import type { Cell } from '../cells/cell';
import { widthOf, type Expression, type Sizes } from '../cells/language';
import { programOf } from '../cells/program';
import type { Direction } from '../checkpoint';

/** Sequences side by side, time-major as the runtimes hold them. */
export interface SequenceBatch {
  /** [steps, batch, input size]. */
  readonly input: Float32Array | Float64Array;
  readonly steps: number;
  readonly batch: number;
  /** @default 'forward' */
  readonly direction?: Direction;
  /** Steps of each sequence that are not padding; a reverse layer begins at the last of them. @default all of them */
  readonly lengths?: Int32Array | null;
  /** [batch, size] for each state of the cell, in its order. @default zero */
  readonly initialStates?: readonly (Float32Array | Float64Array)[] | null;
}

/** Everything a cell computed, [steps, batch, hidden size] in the order of the sequence; zero where there is padding. */
export interface Evaluation {
  /** What the next layer sees. */
  readonly hidden: Float64Array;
  readonly gates: ReadonlyMap<string, Float64Array>;
  readonly states: ReadonlyMap<string, Float64Array>;
}

/** Reads the equations of a cell as numbers, in float64. Weights are named as in the equations, matrices row by row. */
export function evaluate(
  cell: Cell,
  weights: ReadonlyMap<string, Float64Array>,
  sizes: Sizes,
  { input, steps, batch, direction = 'forward', lengths = null, initialStates = null }: SequenceBatch,
): Evaluation {
  const program = programOf(cell);
  const widths = program.instructions.map(({ expression }) => widthOf(sizes, expression.size));
  const values = widths.map((width) => new Float64Array(width));
  for (const [place, { expression }] of program.instructions.entries()) {
    if (expression.operation === 'vector') values[place]!.set(weightOf(weights, expression.name, widths[place]!));
  }
  const compute = program.instructions.flatMap(({ expression, operands }, place) => {
    if (operands.length === 0) return [];
    const result = values[place]!;
    return [
      instruction(
        expression,
        operands.map((k) => values[k]!),
        result,
        weights,
      ),
    ];
  });

  const trace = (place: number): { from: Float64Array; to: Float64Array } => ({
    from: values[place]!,
    to: new Float64Array(steps * batch * widths[place]!),
  });
  const output = trace(program.output);
  const gates = new Map([...program.gates].map(([gate, place]) => [gate, trace(place)]));
  const states = new Map(cell.states.map(({ name }, k) => [name, trace(program.states[k]!.after)]));
  const traces = [output, ...gates.values(), ...states.values()];

  for (let entry = 0; entry < batch; entry++) {
    const length = lengths?.[entry] ?? steps;
    program.states.forEach(({ before }, k) => {
      const width = widths[before]!;
      const initial = initialStates?.[k]?.subarray(entry * width, (entry + 1) * width);
      if (initial) values[before]!.set(initial);
      else values[before]!.fill(0);
    });
    for (let step = 0; step < length; step++) {
      const row = (direction === 'forward' ? step : length - 1 - step) * batch + entry;
      values[program.input]!.set(input.subarray(row * sizes.input, (row + 1) * sizes.input));
      for (const run of compute) run();
      for (const { from, to } of traces) to.set(from, row * from.length);
      // A state may be what another state was before the step, so all are read before any is written.
      const after = program.states.map((state) => values[state.after]!.slice());
      program.states.forEach(({ before }, k) => values[before]!.set(after[k]!));
    }
  }
  const results = (of: typeof gates): Map<string, Float64Array> => new Map([...of].map(([name, { to }]) => [name, to]));
  return { hidden: output.to, gates: results(gates), states: results(states) };
}

function weightOf(weights: ReadonlyMap<string, Float64Array>, name: string, size: number): Float64Array {
  const weight = weights.get(name);
  if (!weight) throw new Error(`The cell needs ${name}, which the layer does not have.`);
  if (weight.length !== size)
    throw new Error(`The cell needs ${size} numbers in ${name}, but there are ${weight.length}.`);
  return weight;
}

/** What has to be done for one expression at every step; the arrays are those that hold the values of all expressions. */
function instruction(
  { operation, matrix, numbers }: Expression,
  operands: readonly Float64Array[],
  result: Float64Array,
  weights: ReadonlyMap<string, Float64Array>,
): () => void {
  const [u, v, w] = operands as [Float64Array, Float64Array, Float64Array];
  const [first = 1, second = 0] = numbers;
  const each = (value: (k: number) => number) => (): void => {
    for (let k = 0; k < result.length; k++) result[k] = value(k);
  };
  switch (operation) {
    case 'linear': {
      const weight = weightOf(weights, matrix!.name, result.length * u.length);
      return () => multiply(weight, u, result);
    }
    case 'sum':
      return each((k) => {
        let total = 0;
        for (const term of operands) total += term[k]!;
        return total;
      });
    case 'times':
      return each((k) => u[k]! * v[k]!);
    case 'scale':
      return each((k) => first * u[k]!);
    case 'complement':
      return each((k) => 1 - u[k]!);
    case 'mix':
      return each((k) => (1 - u[k]!) * v[k]! + u[k]! * w[k]!);
    case 'sigmoid':
      return each((k) => 1 / (1 + Math.exp(-u[k]!)));
    case 'hardSigmoid':
      return each((k) => Math.max(0, Math.min(1, first * u[k]! + second)));
    case 'tanh':
      return each((k) => Math.tanh(u[k]!));
    case 'relu':
      return each((k) => Math.max(0, u[k]!));
    case 'softplus':
      return each((k) => Math.max(0, u[k]!) + Math.log1p(Math.exp(-Math.abs(u[k]!))));
    case 'softsign':
      return each((k) => u[k]! / (1 + Math.abs(u[k]!)));
    case 'variable':
    case 'vector':
      throw new Error(`The ${operation} is not computed.`);
  }
}

function multiply(matrix: Float64Array, u: Float64Array, result: Float64Array): void {
  for (let row = 0, start = 0; row < result.length; row++, start += u.length) {
    let total = 0;
    for (let k = 0; k < u.length; k++) total += matrix[start + k]! * u[k]!;
    result[row] = total;
  }
}
