/**
 * The number e with 2^e ≤ |x| < 2^(e+1), for a finite x ≠ 0 (subnormal numbers included).
 * The logarithm may be off by one near a power of two, so it is put right by comparison, which is exact.
 */
export function exponentOf(x: number): number {
  const size = Math.abs(x);
  let exponent = Math.floor(Math.log2(size));
  while (exponent > -1074 && timesPowerOfTwo(1, exponent) > size) exponent--;
  while (exponent < 1023 && timesPowerOfTwo(1, exponent + 1) <= size) exponent++;
  return exponent;
}

/**
 * Two powers of two whose product is 2^exponent, for |exponent| ≤ 2000. Two, because 2^exponent itself may lie outside
 * the doubles although its product with another number does not. Multiplying by both is exact unless the result is
 * subnormal (then each may round once, by at most 2^-1075) or too large.
 */
export function powerOfTwoFactors(exponent: number): readonly [number, number] {
  const first = Math.max(-1000, Math.min(1000, exponent));
  return [2 ** first, 2 ** (exponent - first)];
}

/** x · 2^exponent, with the rounding of `powerOfTwoFactors`. */
export function timesPowerOfTwo(x: number, exponent: number): number {
  const [first, second] = powerOfTwoFactors(exponent);
  return x * first * second;
}

/** The largest |x|: 0 for an empty array, NaN or Infinity where there is such an entry. */
export function largestMagnitude(values: Float32Array | Float64Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < values.length; i += 4) {
    a = Math.max(a, Math.abs(values[i]!));
    b = Math.max(b, Math.abs(values[i + 1]!));
    c = Math.max(c, Math.abs(values[i + 2]!));
    d = Math.max(d, Math.abs(values[i + 3]!));
  }
  for (; i < values.length; i++) a = Math.max(a, Math.abs(values[i]!));
  return Math.max(a, b, c, d);
}
