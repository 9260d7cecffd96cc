import type { EntrywiseOperation } from './language';

/** The function of one entry that an entrywise operation is. */
export function entryFunction(
  operation: EntrywiseOperation,
  [first = 1, second = 0]: readonly number[],
): (u: number) => number {
  const functions: Readonly<Record<EntrywiseOperation, (u: number) => number>> = {
    sigmoid: (u) => 1 / (1 + Math.exp(-u)),
    hardSigmoid: (u) => Math.max(0, Math.min(1, first * u + second)),
    tanh: Math.tanh,
    relu: (u) => Math.max(0, u),
    softplus: (u) => Math.max(0, u) + Math.log1p(Math.exp(-Math.abs(u))),
    softsign: (u) => u / (1 + Math.abs(u)),
    leakyRelu: (u) => (u >= 0 ? u : first * u),
    thresholdedRelu: (u) => (u > first ? u : 0),
    elu: (u) => (u >= 0 ? u : first * Math.expm1(u)),
    clip: (u) => Math.max(first, Math.min(second, u)),
    cos: Math.cos,
    sin: Math.sin,
    abs: Math.abs,
    positive: (u) => (u > 0 ? 1 : 0),
    within: (u) => (u > first && u < second ? 1 : 0),
    inverseRoot: (u) => (u > 0 ? 1 / Math.sqrt(u) : 0),
  };
  return functions[operation];
}
