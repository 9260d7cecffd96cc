import type { Expression } from '../cells/language';
import { widthOf } from '../cells/sizes';
import { logAdd, logTimes, logZero } from './logDomain';
import type { NetworkClass, VectorRadii } from './majorant';

/** What is known of one expression at one step. `low` and `high` enclose every entry. */
export interface Bounds {
  logTwo: number;
  logInf: number;
  low: number;
  high: number;
  /** ln of the coefficient of each parameter, in the order of `parameters`. */
  readonly moves: Float64Array;
}

export function still(parameters: number): Bounds {
  const moves = new Float64Array(parameters).fill(logZero);
  return { logTwo: logZero, logInf: logZero, low: 0, high: 0, moves };
}

export function setSize(bounds: Bounds, { two, inf }: VectorRadii): void {
  bounds.logTwo = Math.log(two);
  setMax(bounds, Math.log(inf));
}

/** The entries of `bounds` are known to be at most exp(logInf) in absolute value, and nothing else. */
function setMax(bounds: Bounds, logInf: number): void {
  bounds.logInf = logInf;
  bounds.high = Math.exp(logInf);
  bounds.low = -bounds.high;
}

/** The entries of `bounds` are known to lie between two numbers; `root` is ln √d. */
function setRange(bounds: Bounds, low: number, high: number, root: number): void {
  bounds.low = low;
  bounds.high = high;
  bounds.logInf = Math.log(Math.max(Math.abs(low), Math.abs(high)));
  bounds.logTwo = root + bounds.logInf;
}

const sizeIn = (p: 2 | 'inf', { logTwo, logInf }: Bounds): number => (p === 2 ? logTwo : logInf);

/** The rule of the calculus for one expression: it writes `result` from the bounds of the operands. */
export function rule(
  { operation, size, name, matrix, numbers }: Expression,
  operands: readonly Bounds[],
  result: Bounds,
  own: number,
  { p, sizes, matrices, vectors }: NetworkClass,
): () => void {
  const [u, v, w] = operands as [Bounds, Bounds, Bounds];
  const [first = 1, second = 0] = numbers;
  const { moves } = result;
  const root = Math.log(widthOf(sizes, size)) / 2;
  /** ‖·‖₂ is at most √d times the largest entry. */
  const setBoth = (logTwo: number, logInf: number): void => {
    setMax(result, logInf);
    result.logTwo = Math.min(logTwo, root + logInf);
  };
  const moveBy = (logSlope: number): void => {
    for (let k = 0; k < moves.length; k++) moves[k] = logTimes(logSlope, u.moves[k]!);
  };
  switch (operation) {
    case 'variable':
      return () => undefined;
    case 'vector': {
      const radii = known(vectors, name);
      setSize(result, radii);
      moves[own] = 0;
      return () => undefined;
    }
    case 'linear': {
      const radii = known(matrices, matrix!.name);
      const [two, inf, maxRow] = [Math.log(radii.two), Math.log(radii.inf), Math.log(radii.maxRow)];
      return () => {
        setBoth(logTimes(two, u.logTwo), Math.min(logTimes(inf, u.logInf), logTimes(maxRow, u.logTwo)));
        moveBy(p === 2 ? two : inf);
        moves[own] = logAdd(moves[own]!, sizeIn(p, u));
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
    case 'scale': {
      const factor = Math.log(Math.abs(first));
      return () => {
        setBoth(logTimes(factor, u.logTwo), logTimes(factor, u.logInf));
        moveBy(factor);
      };
    }
    case 'complement':
      return () => {
        const largest = Math.max(Math.abs(1 - u.low), Math.abs(1 - u.high));
        setRange(result, 1 - u.high, 1 - u.low, root);
        if (largest === Infinity) {
          result.logInf = logAdd(0, u.logInf);
          result.logTwo = root + result.logInf;
        }
        moveBy(0);
      };
    case 'mix':
      return () => convex(u, v, w, result, p, root);
    case 'sigmoid':
      return () => {
        const largest = Math.exp(u.logInf);
        setRange(result, 1 / (1 + Math.exp(largest)), 1 / (1 + Math.exp(-largest)), root);
        moveBy(-2 * Math.LN2);
      };
    case 'hardSigmoid': {
      const slope = Math.abs(first);
      const clip = (value: number): number => Math.max(0, Math.min(1, value));
      return () => {
        const largest = slope === 0 ? 0 : slope * Math.exp(u.logInf);
        setRange(result, clip(second - largest), clip(second + largest), root);
        moveBy(Math.log(slope));
      };
    }
    case 'tanh':
      return () => {
        // Below e⁻²⁰ the hyperbolic tangent is its argument, and the argument may be too small to be held as a number.
        setBoth(u.logTwo, u.logInf < -20 ? u.logInf : Math.log(Math.tanh(Math.exp(u.logInf))));
        moveBy(0);
      };
    case 'relu':
      return () => {
        setBoth(u.logTwo, u.logInf);
        moveBy(0);
      };
    case 'softplus':
      return () => {
        // softplus(u) = u + ln(1 + e⁻ᵘ) ≤ u + ln 2, and the second term is nothing beside a large u.
        const largest = Math.exp(u.logInf);
        const logInf = largest > 40 ? logAdd(u.logInf, -largest) : Math.log(largest + Math.log1p(Math.exp(-largest)));
        setBoth(Infinity, logInf);
        moveBy(0);
      };
    case 'softsign':
      return () => {
        setBoth(u.logTwo, u.logInf - logAdd(0, u.logInf));
        moveBy(0);
      };
    default:
      throw new Error(`The majorant calculus has no rule for ${operation}.`);
  }
}

function known<T>(radii: ReadonlyMap<string, T>, name: string): T {
  const found = radii.get(name);
  if (found === undefined) throw new Error(`The majorant calculus needs the norms of ${name}.`);
  return found;
}

/**
 * h = (1 − z) ∘ u + z ∘ v, where z lies in [low, high] ⊂ [0, 1], loses less than a sum of two products. In the max norm an
 * entry sees only one z, and a (1 − z) + b z is largest at an end of the range. In the Euclidean norm, convexity of the
 * square gives (1 − z) a² + z b² entry by entry. Where z is not known to lie in [0, 1], the two products are added.
 */
function convex(z: Bounds, u: Bounds, v: Bounds, result: Bounds, p: 2 | 'inf', root: number): void {
  const isConvex = z.low >= 0 && z.high <= 1;
  const [keepMost, takeLeast] = [Math.log(1 - z.low), Math.log(z.low)];
  const [keepLeast, takeMost] = [Math.log(1 - z.high), Math.log(z.high)];
  const keepAny = logAdd(0, z.logInf);
  const added = (a: number, b: number): number => logAdd(logTimes(keepAny, a), logTimes(z.logInf, b));
  const ends = (a: number, b: number): number =>
    Math.max(
      logAdd(logTimes(keepMost, a), logTimes(takeLeast, b)),
      logAdd(logTimes(keepLeast, a), logTimes(takeMost, b)),
    );
  const hypot = (a: number, b: number): number => logAdd(logTimes(keepMost, 2 * a), logTimes(takeMost, 2 * b)) / 2;
  const inMax = isConvex ? ends : added;
  const inTwo = isConvex ? hypot : added;
  const blend = p === 2 ? inTwo : inMax;
  const swing = logAdd(u.logInf, v.logInf);
  for (let k = 0; k < result.moves.length; k++) {
    result.moves[k] = logAdd(blend(u.moves[k]!, v.moves[k]!), logTimes(swing, z.moves[k]!));
  }
  setMax(result, inMax(u.logInf, v.logInf));
  result.logTwo = Math.min(inTwo(u.logTwo, v.logTwo), root + result.logInf);
}
