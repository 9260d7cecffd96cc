import assert from 'node:assert/strict';
import { passedThresholds } from '../../../src/cli/thresholds';
import { aReport, aRow } from '../core/aReport';

describe('passedThresholds', () => {
  const none = { maxBound: null, maxSpectralNorm: null };

  it('passes nothing when nothing is asked for', () => {
    assert.deepEqual(passedThresholds(aReport({ bounds: [] }), none), []);
  });

  it('compares the best certified row', () => {
    assert.equal(passedThresholds(aReport(), { ...none, maxBound: 0.08 }).length, 0);
    assert.equal(passedThresholds(aReport(), { ...none, maxBound: 0.07 }).length, 1);
  });

  it('counts no certified row at all as passed', () => {
    const printed = aReport({ bounds: [aRow({ status: 'printed', value: 0.01 })] });
    assert.equal(passedThresholds(printed, { ...none, maxBound: 0.5 }).length, 1);
  });

  it('compares the upper end, over recurrent matrices only', () => {
    assert.equal(passedThresholds(aReport(), { ...none, maxSpectralNorm: 0.81 }).length, 0);
    const passed = passedThresholds(aReport(), { ...none, maxSpectralNorm: 0.805 });
    assert.match(passed[0]!, /recurrent candidate matrix of rnn, at most 0\.81, is above 0\.805/);
    assert.equal(passed.length, 1);
  });
});
