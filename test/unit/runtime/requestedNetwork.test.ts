import assert from 'node:assert/strict';
import type { CheckpointRequest } from '../../../src/core/cells/checkpointRequest';
import { Problem } from '../../../src/core/problem';
import { checkNetwork } from '../../../src/engine/checkNetwork';
import { parseNetwork } from '../../../src/formats/onnx/networkMetadata';
import { requestedNetwork } from '../../../src/runtime/requestedNetwork';
import { newCheckpointCases, titleOfRequest } from './newCheckpointCases';

const plain: CheckpointRequest = {
  ...{ cell: 'lstm', options: {}, inputSize: 3, hiddenSize: 4, layers: 1, bidirectional: false, residual: false },
  ...{ readout: null, readoutSteps: 'last', seed: 0 },
};

describe('a network that is asked for', () => {
  it('is read back from its description, whatever the cell and the stack', () => {
    for (const request of newCheckpointCases) {
      const { network, description } = requestedNetwork(request);
      assert.equal(parseNetwork(description).layers.length, network.layers.length, titleOfRequest(request));
    }
  });

  it('by hand: an LSTM 3 → 4 with five scores learns 4 · (12 + 16 + 4) + 25 numbers', () => {
    assert.equal(requestedNetwork({ ...plain, readout: 5 }).parameters, 153);
  });

  it('may have as many layers as the reader knows: 128 in both directions', () => {
    assert.equal(requestedNetwork({ ...plain, layers: 128, bidirectional: true }).network.layers.length, 256);
  });

  for (const [what, changes, sentence] of [
    ['more layers than the reader knows', { layers: 129 }, /number of layers must be a whole number from 1 to 128/],
    ['half a unit', { hiddenSize: 2.5 }, /hidden size must be a whole number/],
    ['sizes beyond anyone’s', { inputSize: 1_000_001 }, /input size must be a whole number from 1 to 1,000,000/],
    ['no scores', { readout: 0 }, /number of scores must be a whole number/],
    ['a seed that is none', { seed: -1 }, /seed must be a whole number/],
    ['an infinite option', { cell: 'gato', options: { lambda: Infinity } }, /option lambda must be a finite number/],
    [
      'an option that is infinite in float32',
      { cell: 'gato', options: { lambda: 1e39 } },
      /option lambda is too large/,
    ],
    [
      'an activation that is infinite in float32',
      { options: { candidateActivation: { kind: 'affine', alpha: 1e39, beta: 0 } } },
      /option candidateActivation is too large/,
    ],
    ['a grid of nothing', { cell: 'conv-lstm', options: { grid: [0, 3] } }, /must be two whole numbers from 1/],
    ['a wide grid', { cell: 'conv-lstm', options: { grid: [30_000, 30_000] } }, /would have 2,700,000,000 numbers/],
    ['wide pairs', { cell: 'gato-2', hiddenSize: 1000, options: { units: 65_536 } }, /layer1 would have 32,768,000 /],
    ['many weights', { inputSize: 20_000, hiddenSize: 20_000 }, /larger than 2 GB/],
  ] as [string, Partial<CheckpointRequest>, RegExp][]) {
    it(`is refused with ${what}`, () => {
      const request = { ...plain, ...changes };
      assert.throws(() => requestedNetwork(request), (error) => error instanceof Problem && sentence.test(error.message)); // prettier-ignore
      assert.match(checkNetwork(request)!, sentence);
    });
  }

  it('is checked without a word where nothing is wrong', () => {
    assert.equal(checkNetwork(plain), null);
  });
});
