import type { Expression } from '../cells/language';
import { widthOf } from '../cells/sizes';
import { logAdd, logHypot, logSum, logTimes } from './logDomain';
import { assignSize, setMax, setRadii, setRange, sizeIn, type Bounds } from './majorantBounds';
import type { RuleContext } from './majorantClass';
import { entrywiseRule, isEntrywise, isGate } from './majorantEntrywise';
import { mixRule } from './majorantMix';
import { joined, movedByBlock, movedWith, type Movement } from './majorantMovement';
import { modReluRule, rotateRule } from './majorantRotation';

/**
 * The rule of the calculus for one expression: it says how far `result` moves, once, and gives what writes its size, and the
 * factors of its movement, from the sizes of the operands; as long as those stay the same, it has nothing to do. Every rule is the
 * triangle inequality for Δ(u ∘ v) = u ∘ Δv + Δu ∘ v′, Δ(A u) = A Δu + ΔA u′ or Δφ(u), with the norms of whatever is not
 * moved replaced by their bounds; coefficients of different blocks may come from different derivations, since two networks
 * differ by changing one block after the other and the class is a product.
 */
export function rule(
  expression: Expression,
  operands: readonly Bounds[],
  result: Bounds,
  context: RuleContext,
): () => void {
  const { operation, size, name, matrix, numbers } = expression;
  const { p, sizes, norms, blocks } = context;
  const [u, v] = operands as [Bounds, Bounds];
  const width = widthOf(sizes, size);
  const root = Math.log(width) / 2;
  /** ‖·‖₂ is at most √d times the largest entry. */
  const limitTwo = (logTwo: number): void => {
    result.logTwo = Math.min(logTwo, root + result.logInf);
  };
  const setBoth = (logTwo: number, logInf: number): void => {
    setMax(result, logInf);
    limitTwo(logTwo);
  };
  /** Sets how the result moves with the operands; gives the logarithms of the factors, of which the first may be given. */
  const move = (join: Movement['join'], moving: readonly Bounds[], first = 0): Float64Array => {
    const parts = moving.map(({ movement }) => movement);
    result.movement = joined(join, parts, [first]);
    return result.movement.logFactors;
  };
  /** The same for the image of u under the matrix, which is a block too. */
  const mapped = (): Float64Array => {
    result.movement = movedByBlock(blocks.get(matrix!.name)!, [u.movement]);
    return result.movement.logFactors;
  };
  const widthOfOperand = (): number => widthOf(sizes, expression.operands[0]!.size);
  if (isEntrywise(operation)) return entrywiseRule(expression, u, result, limitTwo);
  switch (operation) {
    case 'variable':
      return () => undefined;
    case 'vector': {
      const radii = known(norms.vectors, name);
      result.movement = movedWith(blocks.get(name)!);
      return () => setRadii(result, radii);
    }
    case 'linear': {
      const logs = known(norms.matrices, matrix!.name);
      const factors = mapped();
      return () => {
        const { two, inf, maxRow } = logs;
        setBoth(logTimes(two, u.logTwo), Math.min(logTimes(inf, u.logInf), logTimes(maxRow, u.logTwo)));
        factors[0] = p === 2 ? two : inf;
        factors[1] = sizeIn(p, u);
      };
    }
    case 'transposed': {
      // A column of A is no longer than ‖A‖₂, and of h entries, so its absolute sum is at most √h ‖A‖₂ or h ‖A‖_∞.
      const logs = known(norms.matrices, matrix!.name);
      const height = Math.log(widthOfOperand());
      const factors = mapped();
      return () => {
        const { two, inf } = logs;
        const column = Math.min(height / 2 + two, height + inf);
        setBoth(logTimes(two, u.logTwo), Math.min(logTimes(column, u.logInf), logTimes(two, u.logTwo)));
        factors[0] = p === 2 ? two : column;
        factors[1] = p === 2 ? u.logTwo : height + u.logInf;
      };
    }
    case 'sum': {
      move('sum', operands);
      const [logTwos, logInfs] = [new Float64Array(operands.length), new Float64Array(operands.length)];
      return () => {
        for (let k = 0; k < operands.length; k++) {
          logTwos[k] = operands[k]!.logTwo;
          logInfs[k] = operands[k]!.logInf;
        }
        setBoth(logSum(logTwos), logSum(logInfs));
      };
    }
    case 'times': {
      const factors = move('sum', [v, u]);
      return () => {
        const logTwo = Math.min(logTimes(u.logInf, v.logTwo), logTimes(v.logInf, u.logTwo));
        setBoth(logTwo, logTimes(u.logInf, v.logInf));
        factors[0] = u.logInf;
        factors[1] = v.logInf;
      };
    }
    case 'scaledBy': {
      // ‖s v‖ = |s| ‖v‖ in either norm, for a number s.
      const factors = move('sum', [v, u]);
      return () => {
        setBoth(logTimes(u.logInf, v.logTwo), logTimes(u.logInf, v.logInf));
        factors[0] = u.logInf;
        factors[1] = sizeIn(p, v);
      };
    }
    case 'scale': {
      const factor = numbers[0]!;
      const logFactor = Math.log(Math.abs(factor));
      // 0 · ∞ is not a number.
      const scaled = (end: number): number => (factor === 0 ? 0 : factor * end);
      move('sum', [u], logFactor);
      return () => {
        const [a, b] = [scaled(u.low), scaled(u.high)];
        setRange(result, Math.min(a, b), Math.max(a, b), logTimes(logFactor, u.logInf));
        limitTwo(logTimes(logFactor, u.logTwo));
      };
    }
    case 'shift': {
      const term = numbers[0]!;
      const logTerm = Math.log(Math.abs(term));
      result.movement = u.movement;
      return () => {
        setRange(result, u.low + term, u.high + term, logAdd(logTerm, u.logInf));
        limitTwo(logAdd(root + logTerm, u.logTwo));
      };
    }
    case 'complement':
      result.movement = u.movement;
      return () => {
        setRange(result, 1 - u.high, 1 - u.low, logAdd(0, u.logInf));
        limitTwo(Infinity);
      };
    case 'mix':
      return mixRule(operands as [Bounds, Bounds, Bounds], result, {
        p,
        root,
        isGate: isGate(expression.operands[0]!),
      });
    case 'arrange':
      // The same entries in another order have the same norms.
      result.movement = u.movement;
      return () => assignSize(result, u);
    case 'concat':
      // ‖[u; v]‖_∞ is the larger of the two; ‖[u; v]‖₂² is the sum of squares, and by Minkowski's inequality so are the moves.
      if (operands.length === 1) result.movement = u.movement;
      else move(p === 2 ? 'hypot' : 'max', operands);
      return () => {
        assignSize(result, u);
        for (const part of operands.slice(1)) {
          result.low = Math.min(result.low, part.low);
          result.high = Math.max(result.high, part.high);
          result.logInf = Math.max(result.logInf, part.logInf);
          result.logTwo = logHypot(result.logTwo, part.logTwo);
        }
        limitTwo(result.logTwo);
      };
    case 'slice':
      result.movement = u.movement;
      return () => {
        assignSize(result, u);
        limitTwo(u.logTwo);
      };
    case 'tile': {
      // n copies are √n times as long.
      const copies = Math.log(width / widthOfOperand()) / 2;
      move('sum', [u], p === 2 ? copies : 0);
      return () => {
        assignSize(result, u);
        limitTwo(u.logTwo + copies);
      };
    }
    case 'untile': {
      // The sum of n tiles is [I I … I] u, a matrix of norm √n, and of n in the max norm.
      const tiles = Math.log(widthOfOperand() / width);
      move('sum', [u], p === 2 ? tiles / 2 : tiles);
      return () => {
        setBoth(u.logTwo + tiles / 2, u.logInf + tiles);
      };
    }
    case 'rotate':
      return rotateRule(expression, u, v, result, context);
    case 'modRelu':
      return modReluRule(expression, u, v, result, context);
  }
}

function known<T>(radii: ReadonlyMap<string, T>, name: string): T {
  const found = radii.get(name);
  if (found === undefined) throw new Error(`The majorant calculus needs the norms of ${name}.`);
  return found;
}
