import type { Cell } from '../cells/cell';
import { expandCell } from '../cells/expand';
import { programOf } from '../cells/program';
import { checkWidths, widthOf, type Sizes } from '../cells/sizes';
import type { Direction } from '../checkpoint';
import { instruction, parameterOf } from './instruction';

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
  const program = programOf(expandCell(cell));
  checkWidths(
    program.instructions.map(({ expression }) => expression),
    sizes,
  );
  const widths = program.instructions.map(({ expression }) => widthOf(sizes, expression.size));
  const values = widths.map((width) => new Float64Array(width));
  for (const [place, { expression }] of program.instructions.entries()) {
    if (expression.operation === 'vector') values[place]!.set(parameterOf(weights, expression.name, widths[place]!));
  }
  const compute = program.instructions.flatMap(({ expression, operands }, place) =>
    operands.length === 0
      ? []
      : [
          instruction(
            expression,
            operands.map((k) => values[k]!),
            values[place]!,
            weights,
            sizes,
          ),
        ],
  );

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
