import betainc from '@stdlib/math-base-special-betainc';

/**
 * The largest error probability p that k errors on n independent untouched sequences leave plausible: the p with
 * P(Bin(n, p) ≤ k) = δ (Clopper & Pearson 1934). With probability at least 1 − δ the true error is not larger.
 * The binomial sum is the upper tail of the Beta(k + 1, n − k) distribution, taken from its survival side, which keeps its
 * digits for small δ. A hair (1e-10) is taken off δ for the rounding of the special function.
 */
export function clopperPearson(k: number, n: number, delta: number): number {
  if (n <= 0 || k >= n) return 1;
  const target = delta * (1 - 1e-10);
  if (k === 0) return -Math.expm1(Math.log(target) / n);
  let lower = k / n;
  let upper = 1;
  while (upper - lower > 1e-14 * upper) {
    const middle = (lower + upper) / 2;
    if (middle <= lower || middle >= upper) break;
    if (betainc(middle, k + 1, n - k, true, true) > target) lower = middle;
    else upper = middle;
  }
  return upper;
}
