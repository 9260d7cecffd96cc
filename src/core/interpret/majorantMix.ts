import { logAdd, logHypot, logTimes } from './logDomain';
import { setMax, type Bounds } from './majorantBounds';

/**
 * The rule for h = (1 − z) ∘ u + z ∘ v, by Δh = (1 − z) ∘ Δu + z ∘ Δv + Δz ∘ (v′ − u′).
 *
 * Where z lies in [low, high] ⊂ [0, 1], the first two lose less than a sum of two products. In the max norm an entry sees
 * only one z, and (1 − z) a + z b is largest at an end of the range. In the Euclidean norm, convexity of the square gives
 * ((1 − z) a + z b)² ≤ (1 − z) a² + z b² entry by entry, hence √((1 − low) ‖Δu‖² + high ‖Δv‖²), and by Minkowski's
 * inequality the same of the coefficients of each block. Where z is not known to lie in [0, 1], the products are added.
 */
export function mixRule(
  [z, u, v]: readonly [Bounds, Bounds, Bounds],
  result: Bounds,
  p: 2 | 'inf',
  root: number,
): () => void {
  return () => {
    const isConvex = z.low >= 0 && z.high <= 1;
    const [keepMost, takeLeast] = [Math.log(1 - z.low), Math.log(z.low)];
    const [keepLeast, takeMost] = [Math.log(1 - z.high), Math.log(z.high)];
    const keepAny = Math.min(logAdd(0, z.logInf), Math.log(Math.max(Math.abs(1 - z.low), Math.abs(1 - z.high))));
    const added = (a: number, b: number): number => logAdd(logTimes(keepAny, a), logTimes(z.logInf, b));
    const ends = (a: number, b: number): number =>
      Math.max(
        logAdd(logTimes(keepMost, a), logTimes(takeLeast, b)),
        logAdd(logTimes(keepLeast, a), logTimes(takeMost, b)),
      );
    const hypot = (a: number, b: number): number => logHypot(logTimes(keepMost / 2, a), logTimes(takeMost / 2, b));
    const inMax = isConvex ? ends : added;
    const inTwo = isConvex ? hypot : added;
    const blend = p === 2 ? inTwo : inMax;
    const swing = logAdd(u.logInf, v.logInf);
    for (let k = 0; k < result.moves.length; k++) {
      result.moves[k] = logAdd(blend(u.moves[k]!, v.moves[k]!), logTimes(swing, z.moves[k]!));
    }
    setMax(result, inMax(u.logInf, v.logInf));
    result.logTwo = Math.min(inTwo(u.logTwo, v.logTwo), root + result.logInf);
  };
}
