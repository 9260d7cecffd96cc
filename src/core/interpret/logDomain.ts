/** Non-negative numbers kept by their natural logarithms, so that β^t for t = 100,000 is a number; zero is −∞. */
export const logZero = -Infinity;

/** Below this difference of logarithms the smaller of two terms is less than the last digit of their sum. */
const negligible = -40;

/** ln(a + b) from ln a and ln b. */
export function logAdd(a: number, b: number): number {
  const high = a > b ? a : b;
  const difference = a > b ? b - a : a - b;
  // Infinity − Infinity is not a number, and then the comparison is false too.
  return difference > negligible ? high + Math.log1p(Math.exp(difference)) : high;
}

/** ln(a + b + …) from ln a, ln b, …: one logarithm for all terms. */
export function logSum(logs: Float64Array): number {
  let largest = 0;
  for (let k = 1; k < logs.length; k++) if (logs[k]! > logs[largest]!) largest = k;
  const high = logs[largest] ?? logZero;
  let others = 0;
  for (let k = 0; k < logs.length; k++) {
    const difference = logs[k]! - high;
    if (k !== largest && difference > negligible) others += Math.exp(difference);
  }
  return others > 0 ? high + Math.log1p(others) : high;
}

/** ln(a · b) from ln a and ln b; nothing times a number too large to hold is still nothing. */
export const logTimes = (a: number, b: number): number => (a === -Infinity || b === -Infinity ? -Infinity : a + b);

/** ln √(a² + b²) from ln a and ln b. */
export const logHypot = (a: number, b: number): number => logAdd(2 * a, 2 * b) / 2;
