/** A real number known to lie in [integer, integer + 1) · 2^exponent. */
export interface ExactNumber {
  readonly integer: bigint;
  readonly exponent: number;
}

/** Whether lower ≤ x and x ≤ upper, compared exactly, without rounding either side. */
export function encloses(interval: { lower: number; upper: number }, x: ExactNumber): boolean {
  return (
    compare(asExact(interval.lower), x) <= 0 &&
    // The number may be anything up to the next integer, unless the upper end is infinite anyway.
    (interval.upper === Infinity || compare(asExact(interval.upper), { ...x, integer: x.integer + 1n }) >= 0)
  );
}

/** A finite double is a 53-bit integer times a power of two. */
function asExact(x: number): ExactNumber {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 2047n);
  const fraction = bits & ((1n << 52n) - 1n);
  const integer = biased === 0 ? fraction : fraction | (1n << 52n);
  return { integer: x < 0 ? -integer : integer, exponent: Math.max(biased, 1) - 1075 };
}

function compare(a: ExactNumber, b: ExactNumber): number {
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.integer << BigInt(a.exponent - exponent);
  const right = b.integer << BigInt(b.exponent - exponent);
  return left < right ? -1 : Number(left > right);
}
