import { complement, entrywise, mix, scale, shift, type EntrywiseOperation, type Expression } from '../cells/language';

/**
 * The derivative of an entrywise operation, entry by entry; null where it is zero everywhere. Wherever it can be said with
 * the value of the operation, as for σ and tanh, it is: a forward run has kept the value, which the way back needs anyway.
 * At a kink it is the derivative from below; of |u| at zero, of hardSigmoid and of clip at their ends it is zero.
 */
export function slope(e: Expression): Expression | null {
  const [u] = e.operands as [Expression];
  const [first = 1] = e.numbers;
  switch (e.operation as EntrywiseOperation) {
    case 'sigmoid':
      return e.times(complement(e));
    case 'hardSigmoid':
      return scale(first, entrywise('within', e, [0, 1]));
    case 'tanh':
      return complement(e.times(e));
    case 'relu':
      return entrywise('positive', e);
    case 'softplus':
      return entrywise('sigmoid', u);
    case 'softsign': {
      // 1 / (1 + |u|)², and 1 / (1 + |u|) is 1 − |softsign u|.
      const root = complement(entrywise('abs', e));
      return root.times(root);
    }
    case 'leakyRelu':
      return shift(scale(1 - first, entrywise('positive', u)), first);
    case 'thresholdedRelu':
      return entrywise('positive', shift(u, -first));
    case 'elu': {
      // α eᵘ is α more than the value where u is not positive; where it is, p = 1 is the slope itself.
      const p = entrywise('positive', u);
      return mix(p, shift(e, first), p);
    }
    case 'clip':
      return entrywise('within', u, e.numbers);
    case 'cos':
      return scale(-1, entrywise('sin', u));
    case 'sin':
      return entrywise('cos', u);
    case 'abs':
      return entrywise('positive', u).minus(entrywise('positive', scale(-1, u)));
    case 'inverseRoot':
      return scale(-0.5, e.times(e).times(e));
    case 'positive':
    case 'within':
      return null;
  }
}
