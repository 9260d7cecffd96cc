import assert from 'node:assert/strict';
import { trainingControl } from '../../../src/engine/trainingControl';

describe('trainingControl', () => {
  it('lets a training wait while it is paused, and go on afterwards', async () => {
    const control = trainingControl();
    await control.mayGoOn();
    control.pause(true);
    let went = false;
    const waiting = control.mayGoOn().then(() => (went = true));
    await Promise.resolve();
    assert.deepEqual([control.isPaused(), went], [true, false]);
    control.pause(false);
    await waiting;
    assert.deepEqual([control.isPaused(), went], [false, true]);
  });

  it('wakes a paused training that is to end, and forgets it for the next one', async () => {
    const control = trainingControl();
    control.pause(true);
    control.end();
    await control.mayGoOn();
    assert.deepEqual([control.isPaused(), control.isToEnd()], [false, true]);
    control.begin();
    assert.equal(control.isToEnd(), false);
  });
});
