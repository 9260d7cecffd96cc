import assert from 'node:assert/strict';
import { clipGradients } from '../../../../src/core/training/gradientClipping';
import { learningRateAt } from '../../../../src/core/training/learningRate';
import { optimizerState, optimizerStep, type OptimizerOptions } from '../../../../src/core/training/optimizer';

/** The weight after each step from 1, with the gradients given one after the other. */
function path(options: OptimizerOptions, gradients: readonly number[], rate = 0.1): number[] {
  const state = optimizerState(options.kind, [1]);
  const weight = Float32Array.of(1);
  return gradients.map((gradient) => {
    optimizerStep(options, state, rate, [weight], [Float32Array.of(gradient)]);
    return weight[0]!;
  });
}

const near = (actual: readonly number[], expected: readonly number[]): void =>
  expected.forEach((value, k) => assert.ok(Math.abs(actual[k]! - value) < 1e-6, `${actual[k]} is not ${value}`));

describe('an optimizer', () => {
  const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

  it('descends along the gradient', () => {
    near(path({ kind: 'sgd', weightDecay: 0 }, [1, -2]), [0.9, 1.1]);
    near(path({ kind: 'sgd', weightDecay: 0.5 }, [1]), [0.85]);
  });

  it('keeps its momentum', () => {
    // v = 1, then 0.9 · 1 + 1 = 1.9.
    near(path({ kind: 'momentum', momentum: 0.9, weightDecay: 0 }, [1, 1]), [0.9, 0.71]);
  });

  it('takes steps of the learning rate in Adam, however large the gradient is', () => {
    near(path({ kind: 'adam', ...adam, weightDecay: 0 }, [5]), [0.9]);
    near(path({ kind: 'adam', ...adam, weightDecay: 0 }, [-0.5]), [1.1]);
    // The second step by hand: m = 0.1 · 1 · 0.9 − 0.1 = −0.01, m̂ = −0.01 / 0.19; ŝ = 1.
    near(path({ kind: 'adam', ...adam, weightDecay: 0 }, [1, -1]), [0.9, 0.9 + (0.1 * 0.01) / 0.19]);
  });

  it('decays weights by themselves in AdamW and by the gradient in Adam', () => {
    near(path({ kind: 'adamw', ...adam, weightDecay: 0.1 }, [1]), [1 - 0.1 * 0.1 - 0.1]);
    near(path({ kind: 'adam', ...adam, weightDecay: 0.1 }, [1]), [0.9]);
  });

  it('remembers everything in its state', () => {
    const options: OptimizerOptions = { kind: 'adam', ...adam, weightDecay: 0 };
    const [first, second] = [optimizerState('adam', [1]), optimizerState('adam', [1])];
    const weights = [Float32Array.of(1), Float32Array.of(1)];
    optimizerStep(options, first, 0.1, [weights[0]!], [Float32Array.of(2)]);
    optimizerStep(options, second, 0.1, [weights[1]!], [Float32Array.of(2)]);
    const copy = structuredClone(second);
    optimizerStep(options, first, 0.1, [weights[0]!], [Float32Array.of(-3)]);
    optimizerStep(options, copy, 0.1, [weights[1]!], [Float32Array.of(-3)]);
    assert.equal(weights[0]![0], weights[1]![0]);
  });
});

describe('a learning rate', () => {
  const length = { steps: 100, stepsPerEpoch: 10 };
  const at = (kind: 'constant' | 'cosine' | 'linear', step: number, warmup = 0): number =>
    learningRateAt({ peak: 1, schedule: { kind }, warmup }, step, length);

  it('starts at its peak and ends at zero', () => {
    assert.equal(at('constant', 99), 1);
    assert.equal(at('cosine', 0), 1);
    assert.ok(Math.abs(at('cosine', 50) - 0.5) < 1e-12 && at('cosine', 100) < 1e-12);
    assert.equal(at('linear', 75), 0.25);
  });

  it('rises first where it is told to', () => {
    assert.deepEqual([at('linear', 0, 4), at('linear', 3, 4), at('linear', 4, 4)], [0.2, 0.8, 1]);
  });

  it('falls in steps of whole epochs', () => {
    const rate = { peak: 8, schedule: { kind: 'step', every: 2, factor: 0.5 }, warmup: 0 } as const;
    assert.deepEqual(
      [0, 19, 20, 45].map((step) => learningRateAt(rate, step, length)),
      [8, 8, 4, 2],
    );
  });
});

describe('clipping gradients', () => {
  it('scales all of them together, and says how long they were', () => {
    const gradients = [Float32Array.of(3), Float32Array.of(0, 4)];
    assert.equal(clipGradients(gradients, 1), 5);
    near([...gradients[0]!, ...gradients[1]!], [0.6, 0, 0.8]);
    assert.ok(Math.abs(clipGradients(gradients, 2) - 1) < 1e-6);
    near([gradients[0]![0]!], [0.6]);
  });

  it('does not hide what is not finite', () => {
    assert.ok(Number.isNaN(clipGradients([Float32Array.of(NaN)], 1)));
  });
});
