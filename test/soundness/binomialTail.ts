import betainc from '@stdlib/math-base-special-betainc';

/** P(Bin(n, p) ≥ k): how likely so many failures are if each of n independent runs fails with probability p. */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  return betainc(p, k, n - k + 1, true, false);
}
