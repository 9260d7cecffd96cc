import type { Expression } from '../cells/language';
import { widthOf } from '../cells/sizes';
import { logAdd } from './logDomain';
import { assignSize, setMax, type Bounds } from './majorantBounds';
import type { RuleContext } from './majorantClass';
import { joined, movedWith, type Movement } from './majorantMovement';

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
  const largest = p === 2 ? largestEntryMovement(operands[0]!, blocks) : null;
  const turned = joined('min', largest ? [angles.movement, largest] : [angles.movement]);
  result.movement = joined('sum', [u.movement, turned], [p === 2 ? 0 : logRoot2]);
  return () => {
    const pair = Math.min(logRoot2 + u.logInf, u.logTwo);
    setMax(result, pair);
    result.logTwo = u.logTwo;
    turned.logFactors[0] = pair;
    if (largest) turned.logFactors[1] = u.logTwo;
  };
}

/**
 * E_A with ‖Δθ‖_∞ ≤ Σ_A E_A ‖ΔA‖₂ for angles that are learned vectors side by side, or multiples of them; null for others.
 * An entry of a vector moves by no more than the vector does, however often it occurs.
 */
function largestEntryMovement(
  { operation, operands, name, numbers }: Expression,
  blocks: ReadonlyMap<string, number>,
): Movement | null {
  if (operation === 'vector') return movedWith(blocks.get(name)!);
  if (operation !== 'concat' && operation !== 'scale') return null;
  const parts: Movement[] = [];
  for (const operand of operands) {
    const part = largestEntryMovement(operand, blocks);
    if (!part) return null;
    parts.push(part);
  }
  return joined('max', parts, operation === 'scale' ? [Math.log(Math.abs(numbers[0]!))] : []);
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
  const movement = joined('sum', [z.movement, b.movement]);
  result.movement = movement;
  return () => {
    assignSize(result, z);
    result.low = Math.min(0, z.low);
    result.high = Math.max(0, z.high);
    if (b.high > 0) {
      const raised = Math.min(b.logInf, Math.log(b.high));
      setMax(result, logAdd(z.logInf, raised));
      result.logTwo = logAdd(z.logTwo, root + raised);
    }
    const steepest = p === 2 ? 0 : logShrinkInMax;
    movement.logFactors[0] = b.high > 0 ? Infinity : steepest;
  };
}
