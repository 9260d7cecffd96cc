import type { Cell } from '../cells/cell';
import { expandCell } from '../cells/expand';
import { widthOf, type Sizes } from '../cells/sizes';
import { calculation } from './calculation';
import type { SequenceBatch } from './evaluate';
import { sequenceRun, type StepStart } from './sequenceRun';
import { stepAdjoint } from './stepAdjoint';

/** How the states after a step move with what the step starts from. All states of the cell lie side by side, in its order. */
export interface StepJacobian {
  /** ∂s_t/∂s_{t−1}, [states, states], row by row. */
  readonly states: Float64Array;
  /** ∂s_t/∂x_t, [states, input size], row by row. */
  readonly input: Float64Array;
}

/** Multiplies rows of cotangents of the states after a step with the step's Jacobians, without forming these. */
interface StepPullback {
  /** The width of all states together. */
  readonly width: number;
  /** [rows, width] to [rows, width] and [rows, input size]. */
  readonly apply: (start: Pick<StepStart, 'input' | 'states'>, rows: Float64Array) => StepJacobian;
}

/** The Jacobians of one step of a cell wherever it starts: one run of the adjoint step for each number in its states. */
export function stepJacobian(
  cell: Cell,
  weights: ReadonlyMap<string, Float64Array>,
  sizes: Sizes,
): (start: Pick<StepStart, 'input' | 'states'>) => StepJacobian {
  const { width, apply } = stepPullback(cell, weights, sizes);
  const rows = identity(width);
  return (start) => apply(start, rows);
}

/** ∂s_T/∂s_t and ∂s_T/∂x_t for the last step T of a sequence. */
export interface SensitivityOfTheEnd extends StepJacobian {
  /** The place of x_t in [steps, batch]: step · batch + entry; s_t are the states that this step starts from. */
  readonly row: number;
}

/**
 * How the states after the last step of a sequence move with the states and inputs of all steps before, in the order in
 * which the layer takes them: the products of the Jacobians of the steps between, from the last one backwards.
 */
export function sensitivitiesOfTheEnd(
  cell: Cell,
  weights: ReadonlyMap<string, Float64Array>,
  sizes: Sizes,
  sequences: SequenceBatch,
  entry: number,
): readonly SensitivityOfTheEnd[] {
  const { width, apply } = stepPullback(cell, weights, sizes);
  const starts = sequenceRun(expandCell(cell), weights, sizes, sequences)(entry);
  let rows = identity(width);
  const backwards = starts.toReversed().map((start) => {
    const product = apply(start, rows);
    rows = product.states;
    return { row: start.row, ...product };
  });
  return backwards.toReversed();
}

/** The part of a matrix between all states that says how state `of` moves with state `by`, row by row. */
export function stateBlock({ states }: Cell, sizes: Sizes, matrix: Float64Array, of: string, by: string): Float64Array {
  const places = new Map<string, { start: number; end: number }>();
  let width = 0;
  for (const { name, before } of states) {
    places.set(name, { start: width, end: width + widthOf(sizes, before.size) });
    width = places.get(name)!.end;
  }
  const [rows, columns] = [places.get(of), places.get(by)];
  if (!rows || !columns) throw new Error(`The cell has no state ${rows ? by : of}.`);
  const block = new Float64Array((rows.end - rows.start) * (columns.end - columns.start));
  for (let row = rows.start; row < rows.end; row++) {
    const part = matrix.subarray(row * width + columns.start, row * width + columns.end);
    block.set(part, (row - rows.start) * part.length);
  }
  return block;
}

function identity(width: number): Float64Array {
  const rows = new Float64Array(width * width);
  for (let k = 0; k < width; k++) rows[k * (width + 1)] = 1;
  return rows;
}

function stepPullback(cell: Cell, weights: ReadonlyMap<string, Float64Array>, sizes: Sizes): StepPullback {
  const { states, input: x } = expandCell(cell);
  const back = stepAdjoint(states, [], sizes);
  const after = back.states.map((state) => state.after);
  const before = back.states.map((state) => state.before);
  const ofInput = back.adjoint.of(x);
  const step = calculation(
    [x, ...states.map((state) => state.before), ...after, ...before, ...(ofInput ? [ofInput] : [])],
    weights,
    sizes,
  );
  const runBack = step.runFor(after);
  const widths = states.map((state) => widthOf(sizes, state.before.size));
  const width = widths.reduce((total, each) => total + each, 0);
  return {
    width,
    apply: (start, rows) => {
      const count = rows.length / width;
      const result = { states: new Float64Array(count * width), input: new Float64Array(count * sizes.input) };
      step.valueOf(x).set(start.input);
      for (const [k, state] of states.entries()) step.valueOf(state.before).set(start.states[k]!);
      step.run();
      for (let row = 0; row < count; row++) {
        let place = row * width;
        for (const [k, cotangent] of after.entries()) {
          step.valueOf(cotangent).set(rows.subarray(place, place + widths[k]!));
          place += widths[k]!;
        }
        runBack();
        place = row * width;
        for (const [k, cotangent] of before.entries()) {
          result.states.set(step.valueOf(cotangent), place);
          place += widths[k]!;
        }
        if (ofInput) result.input.set(step.valueOf(ofInput), row * sizes.input);
      }
      return result;
    },
  };
}
