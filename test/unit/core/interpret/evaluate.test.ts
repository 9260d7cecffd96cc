import assert from 'node:assert/strict';
import { cellNamed, cellNames } from '../../../../src/core/cells/cells';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { largestError, referenceCases, titleOf, weightsOf } from './referenceCases';

describe('evaluate', () => {
  it('is one step of a vanilla cell, by hand', () => {
    const weights = new Map([
      ['W', Float64Array.of(2, -1)],
      ['U', Float64Array.of(0.5)],
      ['b', Float64Array.of(0.25)],
    ]);
    const sizes = { input: 2, hidden: 1 };
    const { hidden } = evaluate(cellNamed('vanilla', { candidateActivation: 'relu' }), weights, sizes, {
      input: Float64Array.of(1, 3, 4, 1),
      steps: 2,
      batch: 1,
      initialStates: [Float64Array.of(6)],
    });
    // 2·1 − 3 + 0.5·6 + 0.25 = 2.25, then 2·4 − 1 + 0.5·2.25 + 0.25 = 8.375.
    assert.deepEqual([...hidden], [2.25, 8.375]);
  });

  for (const reference of referenceCases) {
    it(`agrees with PyTorch: ${titleOf(reference)}`, () => {
      const cell = cellNamed(reference.cell, reference.options);
      const result = evaluate(cell, weightsOf(reference), reference.sizes, {
        ...reference,
        input: Float64Array.from(reference.input),
        lengths: reference.lengths && Int32Array.from(reference.lengths),
        initialStates: reference.initialStates.map((state) => Float64Array.from(state)),
      });
      assert.ok(largestError(result.hidden, reference.hidden) < 1e-12);
      for (const named of ['gates', 'states'] as const) {
        assert.deepEqual(new Set(result[named].keys()), new Set(Object.keys(reference[named])));
        for (const [name, values] of result[named]) {
          assert.ok(largestError(values, reference[named][name]!) < 1e-12, name);
        }
      }
    });
  }

  it('has a reference for every cell, in both directions, with padding, and with every option', () => {
    for (const name of cellNames) {
      const own = referenceCases.filter(({ cell }) => cell === name);
      assert.ok(
        own.some(({ direction, lengths }) => direction === 'forward' && !lengths),
        `${name} forward`,
      );
      assert.ok(
        own.some(({ direction, lengths }) => direction === 'reverse' && lengths),
        `${name} reverse with padding`,
      );
      const defaults = cellNamed(name).options as Readonly<Record<string, unknown>>;
      for (const [option, value] of Object.entries(defaults)) {
        const tried = own.map(({ options }) => (options as Readonly<Record<string, unknown>>)[option]);
        assert.ok(
          tried.some((other) => other !== undefined && JSON.stringify(other) !== JSON.stringify(value)),
          `${name} with ${option} other than ${JSON.stringify(value)}`,
        );
      }
    }
  });

  it('says which weight is missing or has a wrong size', () => {
    const weights = new Map([['W', Float64Array.of(1)]]);
    const batch = { input: Float64Array.of(1), steps: 1, batch: 1 };
    const cell = cellNamed('vanilla', { bias: false });
    assert.throws(
      () => evaluate(cell, weights, { input: 1, hidden: 1 }, batch),
      /needs U, which the layer does not have/,
    );
    assert.throws(
      () => evaluate(cell, weights, { input: 2, hidden: 1 }, batch),
      /needs 2 numbers in W, but there are 1/,
    );
  });
});
