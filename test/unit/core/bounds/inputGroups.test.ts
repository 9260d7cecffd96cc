import assert from 'node:assert/strict';
import { inputGroups } from '../../../../src/core/bounds/classes/inputGroups';
import { randomNumbers } from '../interpret/randomNumbers';

describe('inputGroups', () => {
  it('is one group where all sequences are alike', () => {
    const norms = { two: new Float64Array(5).fill(2), inf: new Float64Array(5).fill(1) };
    const found = inputGroups([7, 7, 7, 7, 7], norms, [0, 1, 2, 4]);
    assert.deepEqual(found, [{ count: 4, longest: 7, two: 2, inf: 1 }]);
  });

  it('tells the longest and the largest from the rest', () => {
    const lengths = Int32Array.from({ length: 64 }, (_, k) => (k === 0 ? 100 : 5));
    const two = Float64Array.from({ length: 64 }, (_, k) => (k < 60 ? 1 : 9));
    const found = inputGroups(lengths, { two, inf: two }, [...lengths.keys()]);
    assert.deepEqual(found, [
      { count: 4, longest: 5, two: 9, inf: 9 },
      { count: 1, longest: 100, two: 1, inf: 1 },
      { count: 59, longest: 5, two: 1, inf: 1 },
    ]);
  });

  it('puts each sequence into a group that it fits into, in at most eight', () => {
    const random = randomNumbers(3);
    const lengths = Int32Array.from({ length: 500 }, () => 1 + Math.floor(200 * random() ** 4));
    const two = Float64Array.from(lengths, () => 1 / (0.01 + random()));
    const inf = two.map((norm) => norm / 2);
    const members = [...lengths.keys()].filter((k) => k % 3 !== 0);
    const found = inputGroups(lengths, { two, inf }, members);
    assert.ok(found.length > 4 && found.length <= 8);
    assert.equal(
      found.reduce((sum, { count }) => sum + count, 0),
      members.length,
    );
    assert.equal(Math.max(...found.map(({ longest }) => longest)), Math.max(...members.map((i) => lengths[i]!)));
    assert.equal(Math.max(...found.map((group) => group.two)), Math.max(...members.map((i) => two[i]!)));
    // As many sequences are at most as long and as large as each group says.
    for (const { longest, two: limit } of found) {
      const within = members.filter((i) => lengths[i]! <= longest && two[i]! <= limit).length;
      const grouped = found.filter((other) => other.longest <= longest && other.two <= limit);
      assert.ok(grouped.reduce((sum, { count }) => sum + count, 0) <= within);
    }
  });
});
