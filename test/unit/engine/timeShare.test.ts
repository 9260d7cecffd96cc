import assert from 'node:assert/strict';
import { timeShare } from '../../../src/engine/timeShare';

describe('timeShare', () => {
  it('lets work of 1 s that may take a tenth of the time be done about every 10 s, the first time at once', async () => {
    let clock = 5;
    const within = timeShare(0.1, () => clock);
    const done: number[] = [];
    for (; clock < 60; clock++) {
      const start = clock;
      await within(() => {
        done.push(start);
        clock++;
      });
    }
    // The first ends at 6, so the next is due where 1 ≤ (t − 6) / 10, and the one after it where 2 ≤ (t − 6) / 10.
    assert.deepEqual(done, [5, 16, 26, 36, 46, 56]);
  });

  it('does free work at any time', async () => {
    let clock = 0;
    const within = timeShare(0.01, () => clock);
    await within(() => void (clock += 10));
    assert.equal(await within(() => 1), null);
    assert.equal(await within(() => 2, true), 2);
  });

  it('answers what the work answers, or null', async () => {
    const within = timeShare(0.5, () => 0);
    assert.equal(await within(() => 7), 7);
    assert.equal(await within(() => Promise.resolve('x')), 'x');
    let clock = 0;
    const tight = timeShare(0.01, () => clock);
    await tight(() => void (clock += 10));
    assert.equal(await tight(() => 7), null);
  });
});
