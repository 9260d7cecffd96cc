import type { Cell } from '../cells/cell';
import type { Sizes } from '../cells/sizes';
import { calculation } from './calculation';
import type { SequenceBatch } from './evaluate';

/** What a step of a sequence starts from. */
export interface StepStart {
  /** The place of the step in [steps, batch]: step · batch + entry. */
  readonly row: number;
  readonly input: Float32Array | Float64Array;
  /** One for each state of the cell, in its order. */
  readonly states: readonly Float64Array[];
}

/** What each step of one sequence of a batch starts from, in the order in which the layer takes them. */
export function sequenceRun(
  { input: x, states }: Cell,
  weights: ReadonlyMap<string, Float64Array>,
  sizes: Sizes,
  { input, steps, batch, direction = 'forward', lengths = null, initialStates = null }: SequenceBatch,
): (entry: number) => readonly StepStart[] {
  const before = states.map((state) => state.before);
  const after = states.map((state) => state.after);
  const step = calculation([x, ...before, ...after], weights, sizes);
  return (entry) => {
    const length = lengths?.[entry] ?? steps;
    for (const [k, state] of before.entries()) {
      const value = step.valueOf(state).fill(0);
      if (initialStates) value.set(initialStates[k]!.subarray(entry * value.length, (entry + 1) * value.length));
    }
    return Array.from({ length }, (_, k) => {
      const row = (direction === 'forward' ? k : length - 1 - k) * batch + entry;
      const start: StepStart = {
        row,
        input: input.subarray(row * sizes.input, (row + 1) * sizes.input),
        states: before.map((state) => step.valueOf(state).slice()),
      };
      step.valueOf(x).set(start.input);
      step.run();
      step.move(after, before);
      return start;
    });
  };
}
