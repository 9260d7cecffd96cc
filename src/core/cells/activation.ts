import { entrywise, scale, shift, type EntrywiseOperation, type Expression, type Size } from './language';

/** max(0, min(1, slope · u + offset)): 0.2 and 0.5 in Keras, TensorFlow.js and as the default of ONNX. */
export interface HardSigmoid {
  readonly kind: 'hardSigmoid';
  readonly slope: number;
  readonly offset: number;
}
/** u above zero, α u below: 0.01 by default in ONNX. */
export interface LeakyRelu {
  readonly kind: 'leakyRelu';
  readonly alpha: number;
}
/** u above α, 0 elsewhere; it jumps at α unless that is 0. */
export interface ThresholdedRelu {
  readonly kind: 'thresholdedRelu';
  readonly alpha: number;
}
/** u above zero, α (eᵘ − 1) below. */
export interface Elu {
  readonly kind: 'elu';
  readonly alpha: number;
}
/** α tanh(β u). */
export interface ScaledTanh {
  readonly kind: 'scaledTanh';
  readonly alpha: number;
  readonly beta: number;
}
/** α u + β. */
export interface Affine {
  readonly kind: 'affine';
  readonly alpha: number;
  readonly beta: number;
}

/** The entrywise functions a cell can be asked to use, which are those of ONNX. `linear` is the identity. */
export type Activation =
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'softplus'
  | 'softsign'
  | 'linear'
  | HardSigmoid
  | LeakyRelu
  | ThresholdedRelu
  | Elu
  | ScaledTanh
  | Affine;

export const hardSigmoid = (slope = 0.2, offset = 0.5): HardSigmoid => ({ kind: 'hardSigmoid', slope, offset });

export function activate<S extends Size>(activation: Activation, u: Expression<S>): Expression<S> {
  if (activation === 'linear') return u;
  if (typeof activation === 'string') return entrywise(activation, u);
  switch (activation.kind) {
    case 'hardSigmoid':
      return entrywise('hardSigmoid', u, [activation.slope, activation.offset]);
    case 'scaledTanh':
      return scale(activation.alpha, entrywise('tanh', scale(activation.beta, u)));
    case 'affine':
      return shift(scale(activation.alpha, u), activation.beta);
    default:
      return entrywise(activation.kind, u, [activation.alpha]);
  }
}

/** Arguments of activations within [−limit, limit]; null: as they are. */
export const clipped = <S extends Size>(limit: number | null, u: Expression<S>): Expression<S> =>
  limit === null ? u : entrywise('clip', u, [-limit, limit]);

/** The interval that every value of an activation lies in; an end may be infinite. */
export type ActivationRange = readonly [low: number, high: number];

const ranges: Partial<Record<EntrywiseOperation, (numbers: readonly number[]) => ActivationRange>> = {
  sigmoid: () => [0, 1],
  hardSigmoid: () => [0, 1],
  tanh: () => [-1, 1],
  softsign: () => [-1, 1],
  cos: () => [-1, 1],
  sin: () => [-1, 1],
  relu: () => [0, Infinity],
  softplus: () => [0, Infinity],
  abs: () => [0, Infinity],
  elu: ([alpha = 1]) => [-Math.abs(alpha), Infinity],
  clip: ([low = -Infinity, high = Infinity]) => [low, high],
};

/** The interval every value of an expression lies in, as far as its outermost operation says. */
export function activationRange({ operation, numbers, operands }: Expression): ActivationRange {
  if (operation === 'complement' || operation === 'scale') {
    const [low, high] = activationRange(operands[0]!);
    const [p, q] = operation === 'complement' ? [1 - high, 1 - low] : [low * numbers[0]!, high * numbers[0]!];
    return p < q ? [p, q] : [q, p];
  }
  return ranges[operation as EntrywiseOperation]?.(numbers) ?? [-Infinity, Infinity];
}
