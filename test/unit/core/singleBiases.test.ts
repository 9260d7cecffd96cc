import assert from 'node:assert/strict';
import { networkWeights } from '../../../src/core/checkpointNetwork';
import { singleBiases } from '../../../src/core/singleBiases';
import { checkpointOf, smallVanilla } from './bounds/networkQuestion';

describe('singleBiases', () => {
  const checkpoint = checkpointOf(smallVanilla);
  const [layer] = checkpoint.layers;
  const other = { ...layer!.biases[0]!, role: 'recurrentBias', values: Float64Array.of(1, 2, 3, 4) } as const;
  const twice = { ...checkpoint, layers: [{ ...layer!, biases: [...layer!.biases, other] }] };

  it('stores the sum of two biases in the first one, and zeros in the other', () => {
    const [first, second] = singleBiases(twice).layers[0]!.biases;
    assert.deepEqual(first!.values, Float64Array.of(1.1, 2, 2.9, 4.2));
    assert.deepEqual(second!.values, new Float64Array(4));
  });

  it('does not change the network', () => {
    assert.deepEqual(networkWeights(singleBiases(twice)), networkWeights(twice));
    assert.deepEqual(singleBiases(checkpoint), checkpoint);
  });
});
