import { expand, expandCell } from '../../core/cells/expand';
import { roots, type Cell } from '../../core/cells/cell';
import type { Expression, Size } from '../../core/cells/language';
import { checkWidths, widthOf } from '../../core/cells/sizes';
import type { Direction } from '../../core/checkpoint';
import { Main, type LoopForm } from './main';
import type { ParameterForm } from './parameters';
import { addReductions, type ReductionOutputs } from './reductions';

export interface ForwardOptions {
  readonly direction: Direction;
  readonly elements: 'float32' | 'float64';
  /** @default 'folded' */
  readonly parameters?: ParameterForm;
  /** @default 'scan' */
  readonly form?: LoopForm;
  /** What comes out, by name, [steps, batch, size] in the order of the sequence: any expressions of the cell. */
  readonly taps: ReadonlyMap<string, Expression>;
  /** What comes out as statistics over all steps that the input `counted` counts. @default nothing */
  readonly reduced?: ReadonlyMap<string, Expression>;
}

export interface ForwardGraph {
  /** An ONNX model. */
  readonly model: Uint8Array;
  /** For each tap the name of the output that holds it; taps of one expression share an output. */
  readonly outputs: ReadonlyMap<string, string>;
  /** For each of `reduced` the outputs that hold its statistics. */
  readonly reductions: ReadonlyMap<string, ReductionOutputs>;
}

/** The name of the graph's input for the initial value of a state, [batch, size]. */
export const initialName = (state: string): string => `${state}0`;

/**
 * A model that runs a cell over sequences X [steps, batch, input size] of any length, from initial states that are
 * inputs too. Every tap is computed inside the graph. A reverse layer reads and answers in the order of the sequence.
 */
export function forwardGraph(
  definition: Cell,
  sizes: Readonly<Record<Size, number>>,
  weights: ReadonlyMap<string, Float64Array>,
  { direction, taps, reduced = new Map(), ...options }: ForwardOptions,
): ForwardGraph {
  const cell = expandCell(definition);
  const expanded = (of: ReadonlyMap<string, Expression>) => new Map([...of].map(([name, e]) => [name, expand(e)]));
  const [tapped, summed] = [expanded(taps), expanded(reduced)];
  checkWidths([...roots(cell), ...tapped.values(), ...summed.values()], sizes);
  const main = new Main({ ...options, sizes, weights });
  main.set([cell.input], main.flat(main.sequence, main.widthOf('input')));
  const states = cell.states.map(({ name, before, after }) => {
    const initial = main.input(initialName(name), ['batch', widthOf(sizes, before.size)]);
    return { before, after, initial };
  });
  main.loop(states, direction);
  const outputs = new Map<string, string>();
  for (const [name, e] of tapped) {
    outputs.set(name, main.output(main.steps(main.everywhere(e), widthOf(sizes, e.size))));
  }
  const reductions = summed.size > 0 ? addReductions(main, summed) : new Map<string, ReductionOutputs>();
  return { model: main.encode(), outputs, reductions };
}
