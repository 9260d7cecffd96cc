import type { Cell } from '../cells/cell';
import { expandCell } from '../cells/expand';
import { variable } from '../cells/language';
import { widthOf, type Sizes } from '../cells/sizes';
import { calculation } from './calculation';
import type { SequenceBatch } from './evaluate';
import { sequenceRun } from './sequenceRun';
import { stepAdjoint } from './stepAdjoint';
import { readForWeights, weightGradients } from './weightGradients';

/** How a loss moves with everything that a layer computes its output from. */
export interface Gradients {
  /** By the names in the equations, each in the shape in which it is stored. */
  readonly weights: ReadonlyMap<string, Float64Array>;
  /** [steps, batch, input size]; zero where there is padding. */
  readonly input: Float64Array;
  /** [batch, size] for each state of the cell, in its order. */
  readonly initialStates: readonly Float64Array[];
}

/**
 * Backpropagation through time in float64, the reference of the training graphs: both ways are readings of the equations of
 * the cell. `cotangents` says how the loss moves with the output of each step, [steps, batch, output size]; what it says of
 * padding is not read.
 */
export function gradients(
  cell: Cell,
  weights: ReadonlyMap<string, Float64Array>,
  sizes: Sizes,
  sequences: SequenceBatch,
  cotangents: Float32Array | Float64Array,
): Gradients {
  const plain = expandCell(cell);
  const { states, output, input: x } = plain;
  const outputCotangent = variable('d output', output.size);
  const back = stepAdjoint(states, [[output, outputCotangent]], sizes);
  const before = states.map((state) => state.before);
  const after = back.states.map((state) => state.after);
  const inputCotangent = back.adjoint.of(x);
  const step = calculation(
    [
      ...[x, ...before, ...after, ...back.states.map((state) => state.before), outputCotangent],
      ...[...(inputCotangent ? [inputCotangent] : []), ...readForWeights(plain, back.adjoint)],
    ],
    weights,
    sizes,
  );
  const found = weightGradients(plain, back.adjoint, sizes, step.valueOf);
  const width = widthOf(sizes, output.size);
  const inputGradient = new Float64Array(sequences.steps * sequences.batch * sizes.input);
  const initialStates = before.map(({ size }) => new Float64Array(sequences.batch * widthOf(sizes, size)));

  const run = sequenceRun(plain, weights, sizes, sequences);
  for (let entry = 0; entry < sequences.batch; entry++) {
    for (const cotangent of after) step.valueOf(cotangent).fill(0);
    for (const start of run(entry).toReversed()) {
      step.valueOf(x).set(start.input);
      for (const [k, state] of before.entries()) step.valueOf(state).set(start.states[k]!);
      step.valueOf(outputCotangent).set(cotangents.subarray(start.row * width, (start.row + 1) * width));
      step.run();
      found.add();
      if (inputCotangent) inputGradient.set(step.valueOf(inputCotangent), start.row * sizes.input);
      step.move(
        back.states.map((state) => state.before),
        after,
      );
    }
    for (const [k, cotangent] of after.entries()) {
      const value = step.valueOf(cotangent);
      initialStates[k]!.set(value, entry * value.length);
    }
  }
  return { weights: found.weights, input: inputGradient, initialStates };
}
