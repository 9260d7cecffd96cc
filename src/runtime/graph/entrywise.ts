import type { Expression } from '../../core/cells/language';

interface NodeWriter {
  apply(operator: string, inputs: readonly string[]): string;
}

/**
 * Writes the nodes of an entrywise operation. Only operators that onnxruntime's CPU provider has in float32 and in float64
 * are used: its Softplus, HardSigmoid and Softsign know float32 only, and its Softplus is slower than the nodes below.
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
      return op('Mul', u, constant(first));
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
    case 'hardSigmoid':
      return op('Clip', op('Add', op('Mul', u, constant(first)), constant(second)), constant(0), constant(1));
    case 'softplus':
      // max(0, u) + ln(1 + exp(−|u|)), which does not overflow.
      return op('Add', op('Relu', u), op('Log', op('Add', constant(1), op('Exp', op('Neg', op('Abs', u))))));
    case 'softsign':
      return op('Div', u, op('Add', constant(1), op('Abs', u)));
    default:
      throw new Error(`The operation ${operation} is not entrywise.`);
  }
}
