import assert from 'node:assert/strict';
import type { Descent } from '../../../../src/runtime/training/descent';
import { withFallback } from '../../../../src/runtime/training/fallback';
import { descended, descentCases, largestDifference, openDescents } from './descents';

/** A device that works for so many calls. */
function failingAfter(calls: number, device: Descent): Descent {
  let left = calls;
  const guarded = <Result>(act: () => Promise<Result>): Promise<Result> =>
    left-- > 0 ? act() : Promise.reject(new Error('The device was lost.'));
  return {
    step: (...given) => guarded(() => device.step(...given)),
    settle: (state) => guarded(() => device.settle(state)),
    projectAll: (state) => guarded(() => device.projectAll(state)),
  };
}

describe('a training whose device fails', () => {
  for (const given of descentCases) {
    it(`goes on here from where it was: ${given.title}`, async () => {
      const how = { rounds: 3, rate: 0.01 };
      const { here, there, fresh, batches, dispose } = await openDescents(given, 'cpu');
      const whole = fresh();
      const steps = await descended(here, whole, batches, how);
      await here.projectAll(whole);
      for (const calls of [0, 1, 4, steps.length, steps.length + 1]) {
        const told: string[] = [];
        const by = withFallback(failingAfter(calls, there), here, (reason) => void told.push(reason));
        const state = fresh();
        const found = await descended(by, state, batches, how);
        await by.projectAll(state);
        assert.deepEqual(told, calls > steps.length ? [] : ['The device was lost.']);
        assert.equal(found.length, steps.length);
        assert.equal(state.optimizer.step, whole.optimizer.step);
        assert.ok(largestDifference(state, whole) < 2e-5, `${calls} calls: ${largestDifference(state, whole)}`);
        // What this training left on the device is not what the next begins with.
        await there.projectAll(fresh());
      }
      await dispose();
    });
  }
});
