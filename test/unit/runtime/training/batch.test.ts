import assert from 'node:assert/strict';
import type { TrainingData } from '../../../../src/core/training/trainingData';
import { trainingRandom } from '../../../../src/core/training/epochOrder';
import { batchFeeds } from '../../../../src/runtime/training/batch';

const data: TrainingData = {
  width: 1,
  inputs: Array.from({ length: 20 }, () => new Float32Array(30)),
  lengths: new Int32Array(20).fill(30),
  targets: { kind: 'labels', everyStep: false, values: Array.from({ length: 20 }, () => Int32Array.of(1)) },
};
const everyone = Array.from({ length: 20 }, (_, k) => k);
const whole = { from: 0, to: 30 };

const maskOf = (share: number, seed: number, count: number): Float32Array => {
  const dropout = {
    ...{ masks: [{ name: 'dropout layer1.y', width: 25 }], share },
    random: trainingRandom(seed, 'dropout', count),
  };
  const { feeds } = batchFeeds(data, everyone, whole, dropout);
  const tensor = feeds['dropout layer1.y']!;
  assert.deepEqual(tensor.dims, [30, 20, 25]);
  return tensor.data as Float32Array;
};

describe('a batch with dropout', () => {
  it('has masks of zeros and of what makes their mean one', () => {
    for (const share of [0.1, 0.5, 0.8]) {
      const mask = maskOf(share, 3, 0);
      const kept = Math.fround(1 / (1 - share));
      assert.ok(mask.every((value) => value === 0 || value === kept));
      // Four standard deviations of a mean of 15,000.
      const mean = mask.reduce((sum, value) => sum + value, 0) / mask.length;
      assert.ok(Math.abs(mean - 1) < 4 * Math.sqrt(share / (1 - share) / mask.length), `${share}: ${mean}`);
    }
  });

  it('draws the same for the same seed and batch, and something else for others, however late they come', () => {
    for (const count of [0, 1, 20_000, 1e9]) {
      assert.deepEqual(maskOf(0.5, 3, count), maskOf(0.5, 3, count));
      assert.notDeepEqual(maskOf(0.5, 3, count), maskOf(0.5, 4, count));
      assert.notDeepEqual(maskOf(0.5, 3, count), maskOf(0.5, 3, count + 1));
    }
  });

  it('has no masks where nothing is left out', () => {
    assert.deepEqual(Object.keys(batchFeeds(data, everyone, whole).feeds), ['X', 'Y', 'counts', 'mask']);
  });
});
