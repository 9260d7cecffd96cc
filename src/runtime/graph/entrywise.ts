import type { Expression } from '../../core/cells/language';

interface NodeWriter {
  apply(operator: string, inputs: readonly string[]): string;
}

/**
 * Writes the nodes of an operation that works entry by entry. Only operators that onnxruntime's CPU provider has in float32
 * and in float64, and its WebGPU provider at all, are used: its Softplus, HardSigmoid, Softsign, Elu and ThresholdedRelu know float32 only, and its Softplus
 * is slower than the nodes below. What is undefined in one branch of a function is computed and left out by Where, because
 * a product with zero would keep it: 0 · ∞ is not a number.
 */
export function entrywise(
  { operation, numbers }: Expression,
  operands: readonly string[],
  scope: NodeWriter,
  constant: (value: number) => string,
): string {
  const [u, v, w] = operands as [string, string, string];
  const [first = 1, second = 0] = numbers;
  const op = (operator: string, ...inputs: string[]): string => scope.apply(operator, inputs);
  switch (operation) {
    case 'times':
      return op('Mul', u, v);
    case 'scale':
      return first === -1 ? op('Neg', u) : op('Mul', u, constant(first));
    case 'shift':
      return op('Add', u, constant(first));
    case 'complement':
      return op('Sub', constant(1), u);
    case 'mix':
      return op('Add', v, op('Mul', u, op('Sub', w, v)));
    case 'sigmoid':
      return op('Sigmoid', u);
    case 'tanh':
      return op('Tanh', u);
    case 'relu':
      return op('Relu', u);
    case 'cos':
      return op('Cos', u);
    case 'sin':
      return op('Sin', u);
    case 'abs':
      return op('Abs', u);
    case 'clip':
      return op('Clip', u, constant(first), constant(second));
    case 'leakyRelu':
      return op('Where', op('Less', u, constant(0)), op('Mul', u, constant(first)), u);
    case 'thresholdedRelu':
      return op('Where', op('Greater', u, constant(first)), u, constant(0));
    case 'elu': {
      const below = op('Mul', constant(first), op('Sub', op('Exp', u), constant(1)));
      return op('Where', op('Less', u, constant(0)), below, u);
    }
    case 'positive':
      return op('Where', op('Greater', u, constant(0)), constant(1), constant(0));
    case 'within': {
      const belowSecond = op('Where', op('Less', u, constant(second)), constant(1), constant(0));
      return op('Where', op('Greater', u, constant(first)), belowSecond, constant(0));
    }
    case 'inverseRoot':
      return op('Where', op('Greater', u, constant(0)), op('Div', constant(1), op('Sqrt', u)), constant(0));
    case 'hardSigmoid':
      return op('Clip', op('Add', op('Mul', u, constant(first)), constant(second)), constant(0), constant(1));
    case 'softplus':
      // max(0, u) + ln(1 + exp(−|u|)), which does not overflow.
      return op('Add', op('Relu', u), op('Log', op('Add', constant(1), op('Exp', op('Neg', op('Abs', u))))));
    case 'softsign':
      return op('Div', u, op('Add', constant(1), op('Abs', u)));
    default:
      throw new Error(`The operation ${operation} does not work entry by entry.`);
  }
}

/** Operations that are no matrix products, and whose entries depend on more than the same entry of their operands. */
const others: ReadonlySet<string> = new Set([
  'variable',
  'vector',
  'linear',
  'transposed',
  'sum',
  'concat',
  'slice',
  'tile',
  'untile',
]);

/** Whether entry k of the result is a function of the entries k of the operands, and of nothing else. */
export const isEntrywise = ({ operation }: Expression): boolean => !others.has(operation);
