/**
 * Arithmetic on natural logarithms of non-negative numbers. Constants such as β^t leave the range of a double long before
 * they stop being meaningful (3^100,000 is a number with 47,713 digits), so every recursion of this folder adds logarithms;
 * −∞ stands for zero.
 */

/** ln(eᵃ + eᵇ). */
export function addLogs(a: number, b: number): number {
  if (a === -Infinity) return b;
  if (b === -Infinity) return a;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

/** ln(eᵃ + eᵇ + …). */
export function sumLogs(logs: readonly number[]): number {
  let sum = -Infinity;
  for (const log of logs) sum = addLogs(sum, log);
  return sum;
}

/** ln(1 + eˣ). */
export function softplus(x: number): number {
  // e^−40 is less than the last digit of 40.
  if (x > 40) return x;
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
