import assert from 'node:assert/strict';
import { cellNamed } from '../../../../src/core/cells/cells';
import { widthOf } from '../../../../src/core/cells/sizes';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { sensitivitiesOfTheEnd, stateBlock, stepJacobian } from '../../../../src/core/interpret/jacobian';
import { cellVariants, titleOfVariant } from './cellVariants';
import { centralDifference } from './centralDifference';
import type { RandomRun } from './randomCell';
import { randomNumbers, seedOf } from './randomNumbers';
import { largestError } from './referenceCases';
import { randomWeights, variantRun } from './variantRun';

describe('the Jacobian of a step', () => {
  it('is diag(1 − h²) U and diag(1 − h²) W for a vanilla cell, by hand', () => {
    const weights = new Map([
      ['W', Float64Array.of(1, -1)],
      ['U', Float64Array.of(0.5, 2, -1, 0.25)],
      ['b', Float64Array.of(0, 0.5)],
    ]);
    const at = stepJacobian(cellNamed('vanilla'), weights, { input: 1, hidden: 2 });
    const { states, input } = at({ input: Float64Array.of(0.5), states: [Float64Array.of(0.2, -0.1)] });
    // W x + U h + b = [0.5 + 0.1 − 0.2, −0.5 − 0.2 − 0.025 + 0.5].
    const [p, q] = [1 - Math.tanh(0.4) ** 2, 1 - Math.tanh(-0.225) ** 2];
    assert.ok(largestError(states, [0.5 * p, 2 * p, -q, 0.25 * q]) < 1e-15);
    assert.ok(largestError(input, [p, -q]) < 1e-15);
  });

  it('is the identity from s to s in a GATO, whatever the weights', () => {
    for (const name of ['gato', 'gato-2'] as const) {
      const cell = cellNamed(name, name === 'gato-2' ? { units: 3 } : {});
      const sizes = cell.sizes(3, 4);
      const random = randomNumbers(5);
      const run = { input: Float64Array.of(1, -2, 3), states: [Float64Array.of(40, -7), Float64Array.of(0.3, 0.9)] };
      const { states } = stepJacobian(cell, randomWeights(cell, sizes, random), sizes)(run);
      assert.deepEqual([...stateBlock(cell, sizes, states, 's', 's')], [1, 0, 0, 1]);
      // r sees no s, and each pair only its own r.
      assert.deepEqual([...stateBlock(cell, sizes, states, 'r', 's')], [0, 0, 0, 0]);
      assert.deepEqual([...stateBlock(cell, sizes, states, 's', 'r').subarray(1, 3)], [0, 0]);
    }
  });

  it('says which state a cell does not have', () => {
    const cell = cellNamed('lstm');
    const matrix = new Float64Array(16);
    assert.throws(() => stateBlock(cell, { input: 1, hidden: 2 }, matrix, 'h', 'z'), /no state z/);
  });
});

/** The states after the last step of a sequence. */
function statesAtTheEnd({ cell, weights, sizes, ...sequences }: RandomRun, entry: number): Float64Array {
  const { states } = evaluate(cell, weights, sizes, sequences);
  const length = sequences.lengths?.[entry] ?? sequences.steps;
  const row = (sequences.direction === 'reverse' ? 0 : length - 1) * sequences.batch + entry;
  return Float64Array.from(
    [...states.values()].flatMap((values) => {
      const width = values.length / (sequences.steps * sequences.batch);
      return [...values.subarray(row * width, (row + 1) * width)];
    }),
  );
}

describe('the sensitivities of the end of a sequence', () => {
  for (const variant of cellVariants) {
    it(`agree with central differences: ${titleOfVariant(variant)}`, () => {
      const seed = seedOf(titleOfVariant(variant));
      const run = variantRun(variant, seed);
      const { cell, weights, sizes, batch } = run;
      const entry = seed % batch;
      const found = sensitivitiesOfTheEnd(cell, weights, sizes, run, entry);
      const width = statesAtTheEnd(run, entry).length;
      const row = seed % width;
      const end = (): number => statesAtTheEnd(run, entry)[row]!;
      let column = 0;
      for (const [state, { before }] of cell.states.entries()) {
        const size = widthOf(sizes, before.size);
        for (let j = 0; j < size; j += Math.ceil(size / 8)) {
          const expected = centralDifference(run.initialStates[state]!, entry * size + j, end);
          assert.ok(largestError([found[0]!.states[row * width + column + j]!], [expected]) < 1e-7);
        }
        column += size;
      }
      for (const { row: place, input } of found) {
        for (let j = 0; j < sizes.input; j += Math.ceil(sizes.input / 8)) {
          const expected = centralDifference(run.input, place * sizes.input + j, end);
          assert.ok(largestError([input[row * sizes.input + j]!], [expected]) < 1e-7);
        }
      }
    });
  }

  it('are the products of the Jacobians of the steps', () => {
    const run = variantRun({ name: 'lstm', options: {}, inputSize: 3, hiddenSize: 2 }, 11);
    const { cell, weights, sizes } = run;
    const [first, second, third] = sensitivitiesOfTheEnd(cell, weights, sizes, run, 0);
    const { states } = evaluate(cell, weights, sizes, run);
    const at = stepJacobian(cell, weights, sizes);
    // The run is backwards: the steps are 2, 1 and 0 of entry 0 of two sequences.
    const before = (step: number): Float64Array[] =>
      [...states.values()].map((values) => values.subarray((step + 1) * 2 * 2, (step + 1) * 2 * 2 + 2));
    const x = (step: number): Float64Array => run.input.subarray(step * 2 * 3, step * 2 * 3 + 3);
    const last = at({ input: x(0), states: before(0) });
    const middle = at({ input: x(1), states: before(1) });
    assert.ok(largestError(third!.states, last.states) < 1e-14);
    assert.ok(largestError(second!.states, product(last.states, middle.states, 4)) < 1e-14);
    assert.ok(largestError(second!.input, product(last.states, middle.input, 4)) < 1e-14);
    assert.deepEqual([first!.row, second!.row, third!.row], [4, 2, 0]);
  });
});

/** A B for A with n columns. */
function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const columns = b.length / n;
  return Float64Array.from({ length: (a.length / n) * columns }, (_, k) => {
    const [row, column] = [Math.floor(k / columns), k % columns];
    let total = 0;
    for (let j = 0; j < n; j++) total += a[row * n + j]! * b[j * columns + column]!;
    return total;
  });
}
