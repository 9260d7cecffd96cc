/** How good scales are; the smaller the better. */
export type ScalePrice = (scales: readonly number[]) => Promise<number>;

/** By how much a scale is changed in each pass, and how often at most. */
const factors = [2, Math.SQRT2] as const;
const mostMoves = 6;

/**
 * Scales with a small price: the best of a family with one parameter, then each scale for itself, larger and smaller, as long
 * as that helps. Nothing but prices is used, so they may be measured. The answer never depends on which of the prices that are
 * asked for together is known first.
 */
export async function searchedScales(family: readonly (readonly number[])[], price: ScalePrice): Promise<number[]> {
  const prices = await Promise.all(family.map(price));
  let known = prices.reduce((best, value, k) => (value < prices[best]! ? k : best), 0);
  let best = family[known]!.slice();
  let least = prices[known]!;
  for (const factor of factors) {
    for (known = 0; known < best.length; known++) {
      for (let move = 0; move < mostMoves; move++) {
        const candidates = [factor, 1 / factor].map((by) => best.map((scale, k) => (k === known ? scale * by : scale)));
        const found = await Promise.all(candidates.map(price));
        const better = found[0]! <= found[1]! ? 0 : 1;
        if (!(found[better]! < least)) break;
        best = candidates[better]!;
        least = found[better]!;
      }
    }
  }
  return best;
}
