import { entrywise, type Expression, type Size } from './language';

/** max(0, min(1, slope · u + offset)): 0.2 and 0.5 in Keras, TensorFlow.js and as the default of ONNX. */
export interface HardSigmoid {
  readonly kind: 'hardSigmoid';
  readonly slope: number;
  readonly offset: number;
}

/** The entrywise functions a cell can be asked to use. `linear` is the identity. */
export type Activation = 'sigmoid' | 'tanh' | 'relu' | 'softplus' | 'softsign' | 'linear' | HardSigmoid;

export const hardSigmoid = (slope = 0.2, offset = 0.5): HardSigmoid => ({ kind: 'hardSigmoid', slope, offset });

export function activate<S extends Size>(activation: Activation, u: Expression<S>): Expression<S> {
  if (activation === 'linear') return u;
  if (typeof activation === 'string') return entrywise(activation, u);
  return entrywise(activation.kind, u, [activation.slope, activation.offset]);
}

/** The interval that every value of an activation lies in; an end may be infinite. */
export type ActivationRange = readonly [low: number, high: number];

/** The interval every value of an expression lies in, as far as its outermost operation says. */
export function activationRange({ operation }: Expression): ActivationRange {
  if (operation === 'sigmoid' || operation === 'hardSigmoid') return [0, 1];
  if (operation === 'tanh' || operation === 'softsign') return [-1, 1];
  if (operation === 'relu' || operation === 'softplus') return [0, Infinity];
  return [-Infinity, Infinity];
}
