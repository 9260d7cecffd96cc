import type { Expression } from '../cells/language';
import { widthOf } from '../cells/sizes';
import { logAdd, logHypot, logTimes, logZero } from './logDomain';
import { assign, moveBy, setMax, setRadii, setRange, sizeIn, type Bounds } from './majorantBounds';
import type { RuleContext } from './majorantClass';
import { entrywiseKnowledge, isEntrywise } from './majorantEntrywise';
import { mixRule } from './majorantMix';
import { modReluRule, rotateRule } from './majorantRotation';

/**
 * The rule of the calculus for one expression: it writes `result` from the bounds of the operands. Every rule is the
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
  const { p, sizes, matrices, vectors, blocks } = context;
  const [u, v] = operands as [Bounds, Bounds];
  const { moves } = result;
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
  const widthOfOperand = (): number => widthOf(sizes, expression.operands[0]!.size);
  if (isEntrywise(operation)) return entrywiseRule(expression, u, result, limitTwo);
  switch (operation) {
    case 'variable':
      return () => undefined;
    case 'vector':
      setRadii(result, known(vectors, name));
      moves[blocks.get(name)!] = 0;
      return () => undefined;
    case 'linear': {
      const radii = known(matrices, matrix!.name);
      const own = blocks.get(matrix!.name)!;
      const [two, inf, maxRow] = [Math.log(radii.two), Math.log(radii.inf), Math.log(radii.maxRow)];
      return () => {
        setBoth(logTimes(two, u.logTwo), Math.min(logTimes(inf, u.logInf), logTimes(maxRow, u.logTwo)));
        moveBy(moves, p === 2 ? two : inf, u.moves);
        moves[own] = logAdd(moves[own]!, sizeIn(p, u));
      };
    }
    case 'transposed': {
      // A column of A is no longer than ‖A‖₂, and of h entries, so its absolute sum is at most √h ‖A‖₂ or h ‖A‖_∞.
      const radii = known(matrices, matrix!.name);
      const own = blocks.get(matrix!.name)!;
      const height = Math.log(widthOfOperand());
      const two = Math.log(radii.two);
      const column = Math.min(height / 2 + two, height + Math.log(radii.inf));
      return () => {
        setBoth(logTimes(two, u.logTwo), Math.min(logTimes(column, u.logInf), logTimes(two, u.logTwo)));
        moveBy(moves, p === 2 ? two : column, u.moves);
        moves[own] = logAdd(moves[own]!, p === 2 ? u.logTwo : height + u.logInf);
      };
    }
    case 'sum':
      return () => {
        let [logTwo, logInf] = [logZero, logZero];
        moves.fill(logZero);
        for (const term of operands) {
          logTwo = logAdd(logTwo, term.logTwo);
          logInf = logAdd(logInf, term.logInf);
          for (let k = 0; k < moves.length; k++) moves[k] = logAdd(moves[k]!, term.moves[k]!);
        }
        setBoth(logTwo, logInf);
      };
    case 'times':
      return () => {
        const logTwo = Math.min(logTimes(u.logInf, v.logTwo), logTimes(v.logInf, u.logTwo));
        setBoth(logTwo, logTimes(u.logInf, v.logInf));
        for (let k = 0; k < moves.length; k++) {
          moves[k] = logAdd(logTimes(u.logInf, v.moves[k]!), logTimes(v.logInf, u.moves[k]!));
        }
      };
    case 'scaledBy':
      // ‖s v‖ = |s| ‖v‖ in either norm, for a number s.
      return () => {
        setBoth(logTimes(u.logInf, v.logTwo), logTimes(u.logInf, v.logInf));
        for (let k = 0; k < moves.length; k++) {
          moves[k] = logAdd(logTimes(u.logInf, v.moves[k]!), logTimes(sizeIn(p, v), u.moves[k]!));
        }
      };
    case 'scale': {
      const factor = numbers[0]!;
      const logFactor = Math.log(Math.abs(factor));
      // 0 · ∞ is not a number.
      const scaled = (end: number): number => (factor === 0 ? 0 : factor * end);
      return () => {
        const [a, b] = [scaled(u.low), scaled(u.high)];
        setRange(result, Math.min(a, b), Math.max(a, b), logTimes(logFactor, u.logInf));
        limitTwo(logTimes(logFactor, u.logTwo));
        moveBy(moves, logFactor, u.moves);
      };
    }
    case 'shift': {
      const term = numbers[0]!;
      const logTerm = Math.log(Math.abs(term));
      return () => {
        setRange(result, u.low + term, u.high + term, logAdd(logTerm, u.logInf));
        limitTwo(logAdd(root + logTerm, u.logTwo));
        moves.set(u.moves);
      };
    }
    case 'complement':
      return () => {
        setRange(result, 1 - u.high, 1 - u.low, logAdd(0, u.logInf));
        limitTwo(Infinity);
        moves.set(u.moves);
      };
    case 'mix':
      return mixRule(operands as [Bounds, Bounds, Bounds], result, p, root);
    case 'arrange':
      // The same entries in another order have the same norms.
      return () => assign(result, u);
    case 'concat':
      // ‖[u; v]‖_∞ is the larger of the two; ‖[u; v]‖₂² is the sum of squares, and by Minkowski's inequality so are the moves.
      return () => {
        assign(result, u);
        const joined = p === 2 ? logHypot : Math.max;
        for (const part of operands.slice(1)) {
          result.low = Math.min(result.low, part.low);
          result.high = Math.max(result.high, part.high);
          result.logInf = Math.max(result.logInf, part.logInf);
          result.logTwo = logHypot(result.logTwo, part.logTwo);
          for (let k = 0; k < moves.length; k++) moves[k] = joined(moves[k]!, part.moves[k]!);
        }
        limitTwo(result.logTwo);
      };
    case 'slice':
      return () => {
        assign(result, u);
        limitTwo(u.logTwo);
      };
    case 'tile': {
      // n copies are √n times as long.
      const copies = Math.log(width / widthOfOperand()) / 2;
      return () => {
        assign(result, u);
        limitTwo(u.logTwo + copies);
        moveBy(moves, p === 2 ? copies : 0, u.moves);
      };
    }
    case 'untile': {
      // The sum of n tiles is [I I … I] u, a matrix of norm √n, and of n in the max norm.
      const tiles = Math.log(widthOfOperand() / width);
      return () => {
        setBoth(u.logTwo + tiles / 2, u.logInf + tiles);
        moveBy(moves, p === 2 ? tiles / 2 : tiles, u.moves);
      };
    }
    case 'rotate':
      return rotateRule(expression, u, v, result, context);
    case 'modRelu':
      return modReluRule(expression, u, v, result, context);
  }
}

/** Why the result of an expression need not depend continuously on the network; null where it does. */
export function flawOf({ operation, operands, numbers }: Expression, bounds: readonly Bounds[]): string | null {
  if (operation === 'modRelu') {
    const [, { high }] = bounds as [Bounds, Bounds];
    const name = operands[1]!.name || 'its bias';
    return high > 0 ? `modRelu jumps at 0 where an entry of ${name} is positive, as the class allows` : null;
  }
  if (!isEntrywise(operation)) return null;
  const { flaw } = entrywiseKnowledge(operation, numbers);
  return flaw && `${operation} has no Lipschitz constant: ${flaw}`;
}

/** Δφ(u) is at most the largest slope times Δu. */
function entrywiseRule(
  { operation, numbers }: Expression,
  u: Bounds,
  result: Bounds,
  limitTwo: (logTwo: number) => void,
): () => void {
  if (!isEntrywise(operation)) throw new Error(`The operation ${operation} is not entrywise.`);
  const { slope, offset, growth, image } = entrywiseKnowledge(operation, numbers);
  const [logSlope, logOffset, logGrowth] = [Math.log(slope), Math.log(offset), Math.log(growth)];
  return () => {
    const [low, high] = image(u.low, u.high);
    setRange(result, low, high, logAdd(logOffset, logTimes(logGrowth, u.logInf)));
    limitTwo(offset === 0 ? logTimes(logGrowth, u.logTwo) : Infinity);
    moveBy(result.moves, logSlope, u.moves);
  };
}

function known<T>(radii: ReadonlyMap<string, T>, name: string): T {
  const found = radii.get(name);
  if (found === undefined) throw new Error(`The majorant calculus needs the norms of ${name}.`);
  return found;
}
