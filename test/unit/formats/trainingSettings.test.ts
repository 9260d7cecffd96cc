import assert from 'node:assert/strict';
import { Problem } from '../../../src/core/problem';
import { defaultTraining } from '../../../src/core/training/trainingOptions';
import { trainingOptions } from '../../../src/core/training/trainingSettings';
import { checkedSettings } from '../../../src/formats/trainingSettings';

describe('training settings', () => {
  it('left out, are the defaults', () => {
    assert.deepEqual(trainingOptions(checkedSettings({}, 'retrain.json')), defaultTraining);
  });

  it('are read into options', () => {
    const { optimizer, learningRate, constraints, patience } = trainingOptions(
      checkedSettings(
        {
          ...{
            optimizer: 'momentum',
            momentum: 0.5,
            weightDecay: 0.1,
            learningRate: 0.2,
            schedule: 'step',
            stepEpochs: 3,
          },
          ...{ constraints: ['spectral-norm:U_f=1', 'orthogonal'], patience: 4 },
        },
        'retrain.json',
      ),
    );
    assert.deepEqual(optimizer, { kind: 'momentum', momentum: 0.5, weightDecay: 0.1 });
    assert.deepEqual(learningRate, { peak: 0.2, warmup: 0, schedule: { kind: 'step', every: 3, factor: 0.1 } });
    assert.deepEqual(constraints, [
      { kind: 'spectral-norm', at: 'U_f', value: 1 },
      { kind: 'orthogonal', at: null, value: null },
    ]);
    assert.equal(patience, 4);
  });

  it('are refused with the key and what is allowed', () => {
    for (const [value, said] of [
      [{ epoch: 3 }, /key "epoch" is not known; known are .*epochs/],
      [{ epochs: 0 }, /"epochs" must be >= 1/],
      [{ optimizer: 'lion' }, /"optimizer" must be one of "sgd"/],
      [{ learningRate: '1' }, /"learningRate" must be number/],
      [{ seed: 2 ** 60 }, /"seed"/],
    ] as const) {
      assert.throws(
        () => checkedSettings(value, 'retrain.json'),
        (error) => error instanceof Problem && said.test(error.message),
      );
    }
    assert.throws(() => trainingOptions({ constraints: ['spectral-norm'] }), Problem);
  });
});
