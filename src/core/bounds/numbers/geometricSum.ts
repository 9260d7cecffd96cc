/** ln S_t(b) = ln(1 + b + … + b^(t−1)) from ln b; exact to rounding for b near 1 and for any length (theory section 9). */
export function logGeometricSum(logBase: number, t: number): number {
  if (t <= 0) return -Infinity;
  if (logBase === -Infinity) return 0;
  if (Math.abs(logBase) < 1e-9) return Math.log(t) + ((t - 1) * logBase) / 2;
  if (logBase > 0) {
    return t * logBase + Math.log(-Math.expm1(-t * logBase)) - logExpm1(logBase);
  }
  return Math.log(-Math.expm1(t * logBase)) - Math.log(-Math.expm1(logBase));
}

/** ln(eˣ − 1) for x > 0. */
const logExpm1 = (x: number): number => (x > 30 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x)));
