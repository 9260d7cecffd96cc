import type { Expression } from '../cells/language';
import { widthOf } from '../cells/sizes';
import { logAdd, logTimes, logZero } from './logDomain';
import { assign, setMax, type Bounds } from './majorantBounds';
import type { RuleContext } from './majorantClass';

const logRoot2 = Math.LN2 / 2;

/**
 * The rule for R(θ) u, each pair of entries of u rotated by its own angle: Δ(R u) = R Δu + (R(θ) − R(θ′)) u′.
 *
 * R keeps Euclidean lengths. A rotation by θ and one by θ′ differ by 2 |sin((θ − θ′)/2)| ≤ |Δθ|, so the second term is at
 * most |Δθ_k| |pair_k| for the k-th pair, where |pair_k| is at most √2 ‖u‖_∞ and at most ‖u‖₂. Over all pairs that gives, in
 * the Euclidean norm, ‖Δθ‖₂ max|pair_k| ≤ √2 ‖u‖_∞ ‖Δθ‖₂ as well as ‖Δθ‖_∞ ‖u‖₂; the latter is better where one vector of
 * angles serves several pairs. In the max norm an entry of R Δu is a combination of two with factors cos and sin, at most
 * √2 ‖Δu‖_∞, and the second term is at most ‖Δθ‖_∞ max|pair_k|.
 */
export function rotateRule(
  { operands }: Expression,
  angles: Bounds,
  u: Bounds,
  result: Bounds,
  { p, blocks }: RuleContext,
): () => void {
  const largestMoves = p === 2 ? largestEntryMoves(operands[0]!, blocks) : null;
  return () => {
    const pair = Math.min(logRoot2 + u.logInf, u.logTwo);
    setMax(result, pair);
    result.logTwo = u.logTwo;
    for (let k = 0; k < result.moves.length; k++) {
      let turned = logTimes(pair, angles.moves[k]!);
      if (largestMoves) turned = Math.min(turned, logTimes(u.logTwo, largestMoves[k]!));
      result.moves[k] = logAdd(p === 2 ? u.moves[k]! : logRoot2 + u.moves[k]!, turned);
    }
  };
}

/**
 * ln E_A with ‖Δθ‖_∞ ≤ Σ_A E_A ‖ΔA‖₂ for angles that are learned vectors side by side, or multiples of them; null for
 * others. An entry of a vector moves by no more than the vector does, however often it occurs.
 */
function largestEntryMoves(angles: Expression, blocks: ReadonlyMap<string, number>): Float64Array | null {
  const moves = new Float64Array(blocks.size).fill(logZero);
  const add = ({ operation, operands, name, numbers }: Expression, logFactor: number): boolean => {
    if (operation === 'concat') return operands.every((part) => add(part, logFactor));
    if (operation === 'scale') return add(operands[0]!, logTimes(logFactor, Math.log(Math.abs(numbers[0]!))));
    if (operation !== 'vector') return false;
    const own = blocks.get(name)!;
    moves[own] = Math.max(moves[own]!, logFactor);
    return true;
  };
  return add(angles, 0) ? moves : null;
}

/** ln((1 + √2)/2); see below. */
const logShrinkInMax = Math.log((1 + Math.SQRT2) / 2);

/**
 * The rule for modReLU, z ↦ z/|z| · relu(|z| + b) for complex z.
 *
 * Where b ≤ 0 it is the proximal map of −b |·|, hence 1-Lipschitz in z for the Euclidean norm, and no entry grows, nor does
 * its real or imaginary part. For the max norm over real and imaginary parts: with ẑ = z/|z| = (c, s) and
 * t = −b/|z| ∈ [0, 1], its Jacobian beyond the threshold is (1 − t) I + t ẑ ẑᵀ (0 before), whose absolute row sums
 * 1 − t s² + t |s c| are at most 1 + max(|s c| − s²) = (1 + √2)/2, and the map is the integral of its Jacobian along a
 * segment. In b an entry moves by at most |Δb|. Where some b > 0 is possible it jumps at z = 0, and still grows by no more
 * than b.
 */
export function modReluRule(
  { operands }: Expression,
  z: Bounds,
  b: Bounds,
  result: Bounds,
  { p, sizes }: RuleContext,
): () => void {
  const root = Math.log(widthOf(sizes, operands[1]!.size)) / 2;
  return () => {
    assign(result, z);
    result.low = Math.min(0, z.low);
    result.high = Math.max(0, z.high);
    if (b.high > 0) {
      const raised = Math.min(b.logInf, Math.log(b.high));
      setMax(result, logAdd(z.logInf, raised));
      result.logTwo = logAdd(z.logTwo, root + raised);
    }
    const steepest = p === 2 ? 0 : logShrinkInMax;
    const slope = b.high > 0 ? Infinity : steepest;
    for (let k = 0; k < result.moves.length; k++) {
      result.moves[k] = logAdd(logTimes(slope, z.moves[k]!), b.moves[k]!);
    }
  };
}
