import { logAdd, logHypot, logTimes, logZero } from './logDomain';
import { setMax, type Bounds } from './majorantBounds';
import { joined, type Movement } from './majorantMovement';

/**
 * The rule for h = (1 − z) ∘ u + z ∘ v, by Δh = (1 − z) ∘ Δu + z ∘ Δv + Δz ∘ (v′ − u′).
 *
 * Where z lies in [low, high] ⊂ [0, 1], the first two lose less than a sum of two products. In the max norm an entry sees
 * only one z, and (1 − z) a + z b is largest at an end of the range. In the Euclidean norm, convexity of the square gives
 * ((1 − z) a + z b)² ≤ (1 − z) a² + z b² entry by entry, hence √((1 − low) ‖Δu‖² + high ‖Δv‖²), and by Minkowski's
 * inequality the same of the coefficients of each block. Where z is not known to lie in [0, 1], the products are added.
 *
 * @param root ln √d, for vectors of d entries
 * @param isGate whether z lies in [0, 1] whatever it reads
 */
export function mixRule(
  [z, u, v]: readonly [Bounds, Bounds, Bounds],
  result: Bounds,
  { p, root, isGate }: { p: 2 | 'inf'; root: number; isGate: boolean },
): () => void {
  const parts = [u.movement, v.movement];
  const atLow = joined('sum', parts);
  const atHigh = joined('sum', parts);
  const convex = p === 2 ? joined('hypot', parts) : joined('max', [atLow, atHigh]);
  const products = joined('sum', parts);
  const movement = joined('sum', isGate ? [convex, z.movement] : [convex, z.movement, products]);
  result.movement = movement;
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
    if (isConvex && p === 2) setBoth(convex, keepMost / 2, takeMost / 2);
    if (isConvex && p === 'inf') {
      setBoth(atLow, keepMost, takeLeast);
      setBoth(atHigh, keepLeast, takeMost);
    }
    movement.logFactors[0] = isConvex ? 0 : logZero;
    movement.logFactors[1] = logAdd(u.logInf, v.logInf);
    setBoth(products, isConvex ? logZero : keepAny, isConvex ? logZero : z.logInf);
    setMax(result, inMax(u.logInf, v.logInf));
    result.logTwo = Math.min(inTwo(u.logTwo, v.logTwo), root + result.logInf);
  };
}

function setBoth({ logFactors }: Movement, first: number, second: number): void {
  logFactors[0] = first;
  logFactors[1] = second;
}
