import assert from 'node:assert/strict';
import { createAgreementMeter } from '../../../src/runtime/agreementOf';
import type { LayerRun } from '../../../src/runtime/modelRunner';
import { stepsBeforeOverflow } from '../../../src/runtime/overflow';

const run = (output: number[], steps: number, batch: number): LayerRun => ({
  steps,
  batch,
  input: new Float32Array(steps * batch),
  output: Float32Array.from(output),
  outputSteps: 'every',
  initialStates: null,
});
const compared = (ours: number[], theirs: number[], direction: 'forward' | 'reverse' = 'forward', batch = 1) => {
  const meter = createAgreementMeter();
  const layer = { direction, hiddenSize: 1 };
  const theirRun = run(theirs, theirs.length / batch, batch);
  meter.compare(Float32Array.from(ours), theirRun, layer, stepsBeforeOverflow(theirRun, layer));
  return meter.finish('onnxruntime');
};

describe('createAgreementMeter', () => {
  it('takes the largest difference, relative to 1 + |theirs|', () => {
    assert.deepEqual(compared([1, 4], [1, 3]), { maxRelativeError: 0.25, compared: 2, peer: 'onnxruntime' });
  });

  it('compares a sequence up to the step where the model overflows, in the order of the computation', () => {
    assert.deepEqual(compared([1, 2, 0, 7], [1, 2, Infinity, 9]), { maxRelativeError: 0, compared: 2, peer: 'onnxruntime' }); // prettier-ignore
    assert.deepEqual(compared([7, Infinity, 3, 4], [9, NaN, 3, 4], 'reverse'), { maxRelativeError: 0, compared: 2, peer: 'onnxruntime' }); // prettier-ignore
    // Two sequences: the first overflows at once, the second goes on and does not agree.
    assert.deepEqual(compared([5, 1, 5, 2], [NaN, 1, 0, 3], 'forward', 2), { maxRelativeError: 0.25, compared: 2, peer: 'onnxruntime' }); // prettier-ignore
    assert.equal(compared([0], [NaN]), null);
    assert.equal(compared([Infinity], [1e38]), null, 'a sum inside the step may overflow before the state does');
  });

  it('compares no scores of a sequence that has overflowed', () => {
    const meter = createAgreementMeter();
    const scores = (...values: number[]) => ({ steps: 1, width: 2, values: Float32Array.from(values) });
    meter.compareScores(Float32Array.of(9, 9, 1, 2), scores(NaN, 0, 1, 2), 3, Int32Array.of(2, 3));
    assert.deepEqual(meter.finish('tfjs'), { maxRelativeError: 0, compared: 2, peer: 'tfjs' });
  });

  it('knows no agreement where only our equations overflow, or the numbers are not as many', () => {
    assert.equal(compared([1, NaN], [1, 2])?.maxRelativeError, Infinity);
    assert.equal(compared([1, -Infinity], [1, 2])?.maxRelativeError, Infinity);
    assert.equal(compared([1], [1, 2])?.maxRelativeError, Infinity);
  });
});
