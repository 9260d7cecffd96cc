/** Non-negative numbers kept by their natural logarithms, so that β^t for t = 100,000 is a number; zero is −∞. */
export const logZero = -Infinity;

/** ln(a + b) from ln a and ln b. */
export function logAdd(a: number, b: number): number {
  const high = a > b ? a : b;
  const low = a > b ? b : a;
  return low === -Infinity || high === Infinity ? high : high + Math.log1p(Math.exp(low - high));
}

/** ln(a · b) from ln a and ln b; nothing times a number too large to hold is still nothing. */
export const logTimes = (a: number, b: number): number => (a === -Infinity || b === -Infinity ? -Infinity : a + b);
