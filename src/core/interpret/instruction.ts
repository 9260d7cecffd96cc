import { entryFunction } from '../cells/entryFunction';
import type { Expression } from '../cells/language';
import { widthOf, type Sizes } from '../cells/sizes';
import { appliedMatrix, storedMatrix } from '../cells/storedMatrix';

export function parameterOf(weights: ReadonlyMap<string, Float64Array>, name: string, size: number): Float64Array {
  const weight = weights.get(name);
  if (!weight) throw new Error(`The cell needs ${name}, which the layer does not have.`);
  if (weight.length !== size)
    throw new Error(`The cell needs ${size} numbers in ${name}, but there are ${weight.length}.`);
  return weight;
}

/** What has to be done for one expression at every step; the arrays are those that hold the values of all expressions. */
export function instruction(
  { operation, matrix, numbers, skipped }: Expression,
  operands: readonly Float64Array[],
  result: Float64Array,
  weights: ReadonlyMap<string, Float64Array>,
  sizes: Sizes,
): () => void {
  const [u, v, w] = operands as [Float64Array, Float64Array, Float64Array];
  const [first = 1] = numbers;
  const each = (value: (k: number) => number) => (): void => {
    for (let k = 0; k < result.length; k++) result[k] = value(k);
  };
  switch (operation) {
    case 'linear':
    case 'transposed': {
      const { rows, columns } = storedMatrix(matrix!, sizes);
      const applied = appliedMatrix(matrix!, sizes, parameterOf(weights, matrix!.name, rows * columns));
      return operation === 'linear' ? () => multiply(applied, u, result) : () => multiplyTransposed(applied, u, result);
    }
    case 'sum':
      return each((k) => {
        let total = 0;
        for (const term of operands) total += term[k]!;
        return total;
      });
    case 'times':
      return each((k) => u[k]! * v[k]!);
    case 'scale':
      return each((k) => first * u[k]!);
    case 'shift':
      return each((k) => u[k]! + first);
    case 'complement':
      return each((k) => 1 - u[k]!);
    case 'mix':
      return each((k) => (1 - u[k]!) * v[k]! + u[k]! * w[k]!);
    case 'concat':
      return () => {
        let start = 0;
        for (const part of operands) {
          result.set(part, start);
          start += part.length;
        }
      };
    case 'slice': {
      const start = skipped.reduce((total, size) => total + widthOf(sizes, size), 0);
      return () => result.set(u.subarray(start, start + result.length));
    }
    case 'tile':
      return each((k) => u[k % u.length]!);
    case 'untile':
      return () => {
        result.fill(0);
        for (let k = 0; k < u.length; k++) result[k % result.length]! += u[k]!;
      };
    case 'variable':
    case 'vector':
    case 'scaledBy':
    case 'arrange':
    case 'rotate':
    case 'modRelu':
      throw new Error(`The ${operation} is not computed.`);
    default: {
      const value = entryFunction(operation, numbers);
      return each((k) => value(u[k]!));
    }
  }
}

function multiply(matrix: Float64Array, u: Float64Array, result: Float64Array): void {
  for (let row = 0, start = 0; row < result.length; row++, start += u.length) {
    let total = 0;
    for (let k = 0; k < u.length; k++) total += matrix[start + k]! * u[k]!;
    result[row] = total;
  }
}

function multiplyTransposed(matrix: Float64Array, u: Float64Array, result: Float64Array): void {
  result.fill(0);
  for (let row = 0, start = 0; row < u.length; row++, start += result.length) {
    for (let k = 0; k < result.length; k++) result[k]! += matrix[start + k]! * u[row]!;
  }
}
