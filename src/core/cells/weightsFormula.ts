import { Problem } from '../problem';
import type { Cell } from './cell';
import { parameterCount } from './parametersOf';

/** How many numbers a layer learns, as a formula of its input size N and its hidden size M. */
export interface WeightsFormula {
  /** `3(MN + M² + M)`. */
  readonly text: string;
  /** Whether N and M do not come into it. */
  readonly isConstant: boolean;
  /** What the sizes have to fulfil: `N = M`, `M even`; empty where any will do. */
  readonly condition: string;
}

const monomials = ['MN', 'M²', 'N²', 'M', 'N', ''] as const;

/**
 * A layer has numbers for each pair of entries, for each entry, or neither, so that its count is a polynomial of degree two,
 * which six counts determine. null where it is none: two more counts are compared.
 */
export function weightsFormula(cell: Cell): WeightsFormula | null {
  const isPossible = (inputSize: number, hiddenSize: number): boolean =>
    countOrNull(cell, inputSize, hiddenSize) !== null;
  const takesAny = isPossible(2, 4);
  const count = (n: number, m: number): number => parameterCount(cell, n, takesAny ? m : n);
  const coefficients = takesAny ? ofTwoSizes(count) : ofOneSize((m) => count(m, m));
  const value = (n: number, m: number): number => {
    const values = [m * n, m * m, n * n, m, n, 1];
    return coefficients.reduce((total, coefficient, k) => total + coefficient * values[k]!, 0);
  };
  if (value(8, 8) !== count(8, 8) || (takesAny && value(8, 14) !== count(8, 14))) return null;
  return {
    text: polynomialText(coefficients),
    isConstant: coefficients.slice(0, -1).every((coefficient) => coefficient === 0),
    condition: takesAny ? (isPossible(2, 3) ? '' : 'M even') : 'N = M',
  };
}

/** The number of weights of a layer; null where the cell does not come in that size. */
export function countOrNull(cell: Cell, inputSize: number, hiddenSize: number): number | null {
  try {
    return parameterCount(cell, inputSize, hiddenSize);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

/** Coefficients of the monomials, from differences; sizes are even because some cells consist of pairs. */
function ofTwoSizes(count: (n: number, m: number) => number): number[] {
  const base = count(2, 2);
  const nn = (count(6, 2) - 2 * count(4, 2) + base) / 8;
  const mm = (count(2, 6) - 2 * count(2, 4) + base) / 8;
  const mn = (count(4, 4) - count(4, 2) - count(2, 4) + base) / 4;
  const n = (count(4, 2) - base) / 2 - 6 * nn - 2 * mn;
  const m = (count(2, 4) - base) / 2 - 6 * mm - 2 * mn;
  return [mn, mm, nn, m, n, base - 4 * (mn + mm + nn) - 2 * (m + n)];
}

function ofOneSize(count: (m: number) => number): number[] {
  const mm = (count(6) - 2 * count(4) + count(2)) / 8;
  const m = (count(4) - count(2)) / 2 - 6 * mm;
  return [0, mm, 0, m, 0, count(2) - 4 * mm - 2 * m];
}

/** The terms with whole coefficients that have no common factor, in parentheses after that factor. */
function polynomialText(coefficients: readonly number[]): string {
  const terms = coefficients.flatMap((coefficient, k) =>
    coefficient === 0 ? [] : [{ coefficient, of: monomials[k]! }],
  );
  const eighths = terms.reduce((divisor, { coefficient }) => greatestCommonDivisor(divisor, 8 * coefficient), 0);
  const factor = eighths === 8 ? '' : fractionText(eighths, 8);
  if (terms.length === 1 && terms[0]!.coefficient > 0) return `${factor}${terms[0]!.of}` || '1';
  const sum = terms.map(({ coefficient, of }, k) => {
    const whole = Math.abs(8 * coefficient) / eighths;
    const sign = coefficient < 0 ? (k === 0 ? '−' : ' − ') : k === 0 ? '' : ' + ';
    return `${sign}${whole === 1 && of ? of : `${whole}${of}`}`;
  });
  return factor ? `${factor}(${sum.join('')})` : sum.join('');
}

function fractionText(dividend: number, divisor: number): string {
  const common = greatestCommonDivisor(dividend, divisor);
  return divisor === common ? String(dividend / common) : `${dividend / common}/${divisor / common} `;
}

/** Never negative. */
const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? Math.abs(a) : greatestCommonDivisor(b, a % b);
