/** How gradients move weights. Names and defaults are those of PyTorch, so that settings can be carried over. */
export type OptimizerOptions =
  | { readonly kind: 'sgd'; readonly weightDecay: number }
  | { readonly kind: 'momentum'; readonly weightDecay: number; readonly momentum: number }
  | ({ readonly kind: 'adam' | 'adamw'; readonly weightDecay: number } & AdamOptions);

interface AdamOptions {
  /** Decay of the mean of gradients, β₁. */
  readonly beta1: number;
  /** Decay of the mean of their squares, β₂. */
  readonly beta2: number;
  /** Added to the square root of that mean, ε. */
  readonly epsilon: number;
}

export type OptimizerKind = OptimizerOptions['kind'];

/** What an optimizer remembers between steps, tensor by tensor. */
export interface OptimizerState {
  /** How many steps were taken. */
  step: number;
  /** The velocity of `momentum`; the two means of `adam`; nothing for `sgd`. */
  readonly moments: readonly (readonly Float32Array[])[];
}

const momentsOf: Readonly<Record<OptimizerKind, number>> = { sgd: 0, momentum: 1, adam: 2, adamw: 2 };

/** The state before the first step, for tensors of these sizes. */
export function optimizerState(kind: OptimizerKind, sizes: readonly number[]): OptimizerState {
  const moments = Array.from({ length: momentsOf[kind] }, () => sizes.map((size) => new Float32Array(size)));
  return { step: 0, moments };
}

/**
 * One step, in place: weights and state change. A weight decay is part of the gradient (an L2 penalty), but in `adamw`, where
 * it shrinks the weights by itself (Loshchilov & Hutter 2019). Adam is as in Kingma & Ba 2015, with the means corrected for
 * their start at zero.
 */
export function optimizerStep(
  options: OptimizerOptions,
  state: OptimizerState,
  learningRate: number,
  weights: readonly Float32Array[],
  gradients: readonly Float32Array[],
): void {
  state.step++;
  for (let k = 0; k < weights.length; k++) {
    const [first, second] = [state.moments[0]?.[k], state.moments[1]?.[k]];
    const weight = weights[k]!;
    const gradient = gradients[k]!;
    if (options.kind === 'sgd') descend(weight, gradient, learningRate, options.weightDecay);
    else if (options.kind === 'momentum') {
      roll(weight, gradient, first!, learningRate, options);
    } else adapt(weight, gradient, first!, second!, learningRate, state.step, options);
  }
}

/** w ← w − η (g + λ w). */
function descend(w: Float32Array, g: Float32Array, rate: number, decay: number): void {
  for (let k = 0; k < w.length; k++) w[k] = w[k]! - rate * (g[k]! + decay * w[k]!);
}

/** v ← μ v + g + λ w, w ← w − η v. */
function roll(
  w: Float32Array,
  g: Float32Array,
  v: Float32Array,
  rate: number,
  { momentum, weightDecay }: Extract<OptimizerOptions, { readonly kind: 'momentum' }>,
): void {
  for (let k = 0; k < w.length; k++) {
    v[k] = momentum * v[k]! + g[k]! + weightDecay * w[k]!;
    w[k] = w[k]! - rate * v[k]!;
  }
}

/** m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g², w ← w − η m̂ / (√ŝ + ε). */
function adapt(
  w: Float32Array,
  g: Float32Array,
  m: Float32Array,
  s: Float32Array,
  rate: number,
  step: number,
  { kind, beta1, beta2, epsilon, weightDecay }: Extract<OptimizerOptions, { readonly kind: 'adam' | 'adamw' }>,
): void {
  const kept = kind === 'adamw' ? 1 - rate * weightDecay : 1;
  const penalty = kind === 'adam' ? weightDecay : 0;
  const scale = rate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  const [new1, new2] = [1 - beta1, 1 - beta2];
  for (let k = 0; k < w.length; k++) {
    const gradient = g[k]! + penalty * w[k]!;
    const mean = beta1 * m[k]! + new1 * gradient;
    const square = beta2 * s[k]! + new2 * gradient * gradient;
    m[k] = mean;
    s[k] = square;
    w[k] = kept * w[k]! - (scale * mean) / (Math.sqrt(square) * correction + epsilon);
  }
}
