import assert from 'node:assert/strict';
import { cellNamed } from '../../../../src/core/cells/cells';
import type { NetworkLayer } from '../../../../src/core/cells/network';
import { evaluateNetwork } from '../../../../src/core/interpret/evaluateNetwork';
import { Problem } from '../../../../src/core/problem';
import { namedArrays, networkReferences } from './networkReferences';
import { largestError } from './referenceCases';

describe('evaluateNetwork', () => {
  for (const reference of networkReferences) {
    it(`agrees with PyTorch: ${reference.title}`, () => {
      const { network, steps, batch, lengths, initialStates } = reference;
      const { layers, scores } = evaluateNetwork(network, namedArrays(reference.weights), {
        ...{ input: Float64Array.from(reference.input), steps, batch, lengths: lengths && Int32Array.from(lengths) },
        initialStates: initialStates && namedArrays(initialStates),
      });
      assert.equal(layers.length, reference.results.length);
      for (const [k, expected] of reference.results.entries()) {
        const actual = layers[k]!;
        assert.ok(largestError(actual.hidden, expected.hidden) < 1e-12, `layer ${k}`);
        for (const named of ['gates', 'states'] as const) {
          assert.deepEqual(new Set(actual[named].keys()), new Set(Object.keys(expected[named])));
          for (const [name, values] of actual[named]) {
            assert.ok(largestError(values, expected[named][name]!) < 1e-12, `layer ${k} ${name}`);
          }
        }
      }
      assert.ok(scores && largestError(scores, reference.scores) < 1e-12);
    });
  }

  it('adds what a residual layer reads, by hand', () => {
    const cell = cellNamed('vanilla', { candidateActivation: 'linear', bias: false });
    const layer = (name: string, reads: NetworkLayer['reads'], residual: boolean): NetworkLayer => ({
      ...{ name, cell, inputSize: 1, hiddenSize: 1, direction: 'forward', reads, residual },
    });
    const network = {
      inputSize: 1,
      layers: [layer('first', 'input', false), layer('second', [0], true)],
      readout: { layers: [1], steps: 'last', outputs: 1, bias: false },
    } as const;
    const weights = { 'first.W': [2], 'first.U': [1], 'second.W': [3], 'second.U': [-1], V: [10] };
    const { layers, scores } = evaluateNetwork(network, namedArrays(weights), {
      ...{ input: Float64Array.of(1, 2), steps: 2, batch: 1 },
      initialStates: namedArrays({ 'second.h': [4] }),
    });
    // The first: 2, then 4 + 2 = 6. The second: 3·2 − 4 = 2, handed on as 2 + 2; then 3·6 − 2 = 16, handed on as 16 + 6.
    assert.deepEqual([...layers[0]!.hidden], [2, 6]);
    assert.deepEqual([...layers[1]!.states.get('h')!], [2, 16]);
    assert.deepEqual([...layers[1]!.hidden], [4, 22]);
    assert.deepEqual([...scores!], [220]);
  });

  it('adds to each direction its part of what both read, by hand', () => {
    const cell = cellNamed('vanilla', { candidateActivation: 'linear', bias: false });
    const layer = (name: string, residual: NetworkLayer['residual']): NetworkLayer => ({
      ...{ name, cell, inputSize: 2, hiddenSize: 1, reads: 'input', residual },
      direction: name === 'forth' ? 'forward' : 'reverse',
    });
    const network = { inputSize: 2, layers: [layer('forth', { from: 0 }), layer('back', { from: 1 })], readout: null };
    const weights = { 'forth.W': [1, 1], 'forth.U': [1], 'back.W': [1, -1], 'back.U': [2] };
    const input = Float64Array.of(1, 10, 2, 20, 3, 30);
    const hidden = (lengths: Int32Array | null): number[][] =>
      evaluateNetwork(network, namedArrays(weights), { input, steps: 3, batch: 1, lengths }).layers.map((one) => [
        ...one.hidden,
      ]);
    // Forth: 11, 11 + 22, 33 + 33, and the first entries. Back: −27, −18 − 54, −9 − 144, and the second entries.
    assert.deepEqual(hidden(null), [[12, 35, 69], [-143, -52, 3]]); // prettier-ignore
    // Back from the second step: −18, −9 − 36.
    assert.deepEqual(hidden(Int32Array.of(2)), [[12, 35, 0], [-35, 2, 0]]); // prettier-ignore
  });

  it('has no scores without a readout, and refuses layers that do not fit together', () => {
    const layer: NetworkLayer = {
      ...{ name: 'only', cell: cellNamed('vanilla', { bias: false }), inputSize: 1, hiddenSize: 1 },
      ...{ direction: 'reverse', reads: 'input', residual: false },
    };
    const weights = namedArrays({ 'only.W': [1], 'only.U': [1] });
    const sequences = { input: Float64Array.of(1, 2), steps: 2, batch: 1 };
    const network = { inputSize: 1, layers: [layer], readout: null };
    assert.equal(evaluateNetwork(network, weights, sequences).scores, null);
    assert.throws(() => evaluateNetwork({ ...network, inputSize: 2 }, weights, sequences), Problem);
  });
});
