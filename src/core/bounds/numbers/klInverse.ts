/**
 * The largest p ≥ q whose relative entropy kl(q‖p) = q ln(q/p) + (1 − q) ln((1 − q)/(1 − p)) is at most c: how large a
 * probability can be when q was observed. Theory section 0. The answer errs upwards: it is the upper end of a bisection
 * down to neighbouring floating-point numbers, and rounding inside kl is allowed for. What is not a number says nothing, so
 * that the answer is 1.
 */
export function klInverse(observed: number, c: number): number {
  if (Number.isNaN(observed) || Number.isNaN(c)) return 1;
  if (observed >= 1) return 1;
  if (!(c > 0)) return observed;
  if (observed === 0) return -Math.expm1(-c);
  // Below that (p − q)/q overflows; the answer never falls as q grows.
  const q = Math.max(observed, 1e-300);
  let lower = q;
  let upper = 1;
  for (;;) {
    const middle = lower + (upper - lower) / 2;
    if (middle <= lower || middle >= upper) return upper;
    if (relativeEntropyFromBelow(q, middle) <= c) lower = middle;
    else upper = middle;
  }
}

/** kl(q‖p) less a bound on the rounding error of its two terms, which cancel when p is near q. */
function relativeEntropyFromBelow(q: number, p: number): number {
  const difference = p - q;
  const first = -q * Math.log1p(difference / q);
  const share = difference / (1 - q);
  // Near p = 1 the share rounds to 1, whose logarithm below would be infinite; there 1 − p has no rounding error at all.
  const second = -(1 - q) * (share < 0.5 ? Math.log1p(-share) : Math.log((1 - p) / (1 - q)));
  return first + second - 4 * Number.EPSILON * (Math.abs(first) + Math.abs(second));
}
