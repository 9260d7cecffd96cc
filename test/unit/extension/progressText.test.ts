import assert from 'node:assert/strict';
import { progressText } from '../../../src/extension/progressText';
import { newRun, withProgress } from '../../../src/extension/trainingRun';

describe('progressText', () => {
  const steps = { epochs: 10, batches: 4, loss: 0.123456, gradientNorm: 1, learningRate: 0.1 };
  const begun = withProgress(newRun(1, {}), { kind: 'phase', phase: 'Training' });
  const run = withProgress(begun, { kind: 'step', epoch: 3, batch: 2, ...steps });

  it('says how far a training is', () => {
    assert.equal(progressText(run), 'epoch 3 of 10, 25 %, loss 0.1235');
    assert.equal(progressText({ ...run, status: 'paused' }), 'paused, epoch 3 of 10, 25 %, loss 0.1235');
  });

  it('says what is happening before the first step and after the last', () => {
    assert.equal(progressText({ ...run, phase: 'Writing the new checkpoint' }), 'Writing the new checkpoint');
  });
});
