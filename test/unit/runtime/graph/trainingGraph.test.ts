import assert from 'node:assert/strict';
import type { Network } from '../../../../src/core/cells/network';
import { Problem } from '../../../../src/core/problem';
import { trainingGraph } from '../../../../src/runtime/graph/trainingGraph';
import { networkOf } from './trainingNetworks';

describe('a training graph', () => {
  const one = networkOf(64, [['lstm', 128]], { layers: [0], steps: 'every' });
  const operators = (network: Network, operator: string): number => {
    const { model } = trainingGraph(network, { loss: 'crossEntropy', targets: 'labels', elements: 'float32' });
    return Buffer.from(model).toString('latin1').split(operator).length - 1;
  };

  it('multiplies matrices as often as one written by hand does', () => {
    // W x and U h, the scores; back from the scores, back through U; the gradients of V, W and U.
    assert.equal(operators(one, 'Gemm'), 8);
    assert.equal(operators(one, 'Sigmoid'), 1);
    // Each further layer adds all but the readout's three, and the way back to the layer below.
    assert.equal(
      operators(
        networkOf(
          64,
          [
            ['lstm', 128],
            ['lstm', 128],
          ],
          { layers: [1], steps: 'every' },
        ),
        'Gemm',
      ),
      14,
    );
  });

  it('lists every weight as it is stored', () => {
    const { weights, states } = trainingGraph(networkOf(3, [['vanilla', 2]], { layers: [0], steps: 'last' }), {
      ...{ loss: 'squaredError', targets: 'values', elements: 'float32' },
    });
    const expected = [
      { name: 'layer1.W', dims: [2, 3], gradient: 'd layer1.W' },
      { name: 'layer1.U', dims: [2, 2], gradient: 'd layer1.U' },
      { name: 'layer1.b', dims: [2], gradient: 'd layer1.b' },
      { name: 'V', dims: [3, 2], gradient: 'd V' },
      { name: 'c', dims: [3], gradient: 'd c' },
    ];
    assert.deepEqual(new Set(weights), new Set(expected));
    assert.deepEqual(states, []);
  });

  it('says what cannot be trained', () => {
    const options = { loss: 'squaredError', targets: 'labels', elements: 'float32' } as const;
    assert.throws(() => trainingGraph(one, options), Problem);
    assert.throws(() => trainingGraph({ ...one, readout: null }, { ...options, loss: 'crossEntropy' }), Problem);
  });
});
