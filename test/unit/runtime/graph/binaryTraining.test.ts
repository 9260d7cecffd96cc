import { randomTraining } from './randomTraining';
import { networkOf } from './trainingNetworks';
import type { TrainingRun } from './trainingReference';
import { assertAgrees, trainingSession } from './trainingRun';
import assert from 'node:assert/strict';

describe('a training graph of one score', () => {
  const run = (steps: 'last' | 'every'): TrainingRun => {
    const three = networkOf(2, [['gru', 3]], { layers: [0], steps });
    const drawn = randomTraining({ ...three, readout: { ...three.readout!, outputs: 1 } }, 5);
    return { ...drawn, loss: 'binaryCrossEntropy', targets: drawn.targets.map((value) => (value > 0 ? 1 : 0)) };
  };

  it('has the loss of a logit, and its gradients', async () => {
    for (const steps of ['last', 'every'] as const) {
      await assertAgrees(run(steps));
      // Shares between 0 and 1 as well.
      await assertAgrees({ ...run(steps), targets: run(steps).targets.map((_, k) => (k % 5) / 4) });
    }
  });

  it('does not overflow where the score is large', async () => {
    const large = run('last');
    const weights = new Map(
      [...large.weights].map(([name, values]) => [name, name === 'c' ? Float64Array.of(-1000) : values]),
    );
    const { answer, release } = await trainingSession({ ...large, weights }, { elements: 'float32' });
    const { loss } = await answer({ ...large, weights, targets: large.targets.map(() => 1) });
    await release();
    assert.ok(Math.abs(loss - 1000) < 10, String(loss));
  });
});
