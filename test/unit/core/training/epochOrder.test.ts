import assert from 'node:assert/strict';
import { epochBatches } from '../../../../src/core/training/epochOrder';

describe('the batches of an epoch', () => {
  const lengths = Array.from({ length: 1000 }, (_, k) => 1 + ((k * 37) % 50));
  const members = lengths.map((_, k) => k).filter((k) => k % 5 !== 0);
  const batches = (epoch: number, seed = 1) => epochBatches(lengths, members, { batchSize: 16, seed, epoch });

  it('hold every sequence once', () => {
    assert.deepEqual(
      batches(3)
        .flat()
        .sort((i, j) => i - j),
      members,
    );
    assert.ok(batches(3).every((batch) => batch.length <= 16));
  });

  it('depend on the seed and the epoch alone', () => {
    assert.deepEqual(batches(3), batches(3));
    assert.notDeepEqual(batches(3), batches(4));
    assert.notDeepEqual(batches(3), batches(3, 2));
  });

  it('hold sequences of like lengths', () => {
    const padding = batches(0).reduce((sum, batch) => {
      const longest = Math.max(...batch.map((k) => lengths[k]!));
      return sum + batch.reduce((all, k) => all + longest - lengths[k]!, 0);
    }, 0);
    // Batches drawn blindly would be padded by about 24 steps a sequence.
    assert.ok(padding / members.length < 5, `${padding / members.length}`);
  });
});
