import { entryFunction } from '../cells/entryFunction';
import type { EntrywiseOperation, Expression, Operation } from '../cells/language';
import { logAdd, logTimes } from './logDomain';
import { setRange, type Bounds, type Size } from './majorantBounds';
import { joined } from './majorantMovement';

/** What the calculus knows of a function φ of one entry. */
export interface EntrywiseKnowledge {
  /** |φ(u) − φ(v)| ≤ slope · |u − v|; infinite where there is no such number. */
  readonly slope: number;
  /** |φ(u)| ≤ offset + growth · |u|. */
  readonly offset: number;
  readonly growth: number;
  /** The least interval that the calculus knows to hold φ(u) for u in [low, high], whose ends may be infinite. */
  readonly image: (low: number, high: number) => readonly [low: number, high: number];
  /** Why there is no slope; null where there is one. */
  readonly flaw: string | null;
}

type Image = EntrywiseKnowledge['image'];

export function isEntrywise(operation: Operation): operation is EntrywiseOperation {
  return operation in knowledge;
}

export const entrywiseKnowledge = (operation: EntrywiseOperation, numbers: readonly number[]): EntrywiseKnowledge =>
  knowledge[operation](entryFunction(operation, numbers), numbers);

/** Δφ(u) is at most the largest slope times Δu. */
export function entrywiseRule(
  { operation, numbers }: Expression,
  u: Bounds,
  result: Bounds,
  limitTwo: (logTwo: number) => void,
): () => void {
  if (!isEntrywise(operation)) throw new Error(`The operation ${operation} is not entrywise.`);
  const { slope, offset, growth, image } = entrywiseKnowledge(operation, numbers);
  const [logOffset, logGrowth] = [Math.log(offset), Math.log(growth)];
  result.movement = joined('sum', [u.movement], [Math.log(slope)]);
  return () => {
    const [low, high] = image(u.low, u.high);
    setRange(result, low, high, logAdd(logOffset, logTimes(logGrowth, u.logInf)));
    limitTwo(offset === 0 ? logTimes(logGrowth, u.logTwo) : Infinity);
  };
}

/** Whether the result lies in [0, 1] whatever it is computed from. */
export function isGate({ operation, numbers }: Expression): boolean {
  if (!isEntrywise(operation)) return false;
  const [low, high] = entrywiseKnowledge(operation, numbers).image(-Infinity, Infinity);
  return low >= 0 && high <= 1;
}

/** Why the result of an expression need not depend continuously on the network; null where it does. */
export function flawOf({ operation, operands, numbers }: Expression, sizes: readonly Size[]): string | null {
  if (operation === 'modRelu') {
    const [, { high }] = sizes as [Size, Size];
    const name = operands[1]!.name || 'its bias';
    return high > 0 ? `modRelu jumps at 0 where an entry of ${name} is positive, as the class allows` : null;
  }
  if (!isEntrywise(operation)) return null;
  const { flaw } = entrywiseKnowledge(operation, numbers);
  return flaw && `${operation} has no Lipschitz constant: ${flaw}`;
}

type Value = (u: number) => number;
type Knowledge = (value: Value, numbers: readonly number[]) => EntrywiseKnowledge;

/** φ with a slope; then |φ(u)| ≤ |φ(0)| + slope · |u|. */
const smooth = (slope: number, offset: number, image: Image): EntrywiseKnowledge => ({
  ...{ slope, offset, growth: slope, image, flaw: null },
});

/** The image of a function that rises, or falls, on each side of each turn. */
const between =
  (value: Value, turns: readonly number[] = []): Image =>
  (low, high) => {
    const [atLow, atHigh] = [value(low), value(high)];
    let [least, most] = [Math.min(atLow, atHigh), Math.max(atLow, atHigh)];
    for (const turn of turns) {
      if (turn <= low || turn >= high) continue;
      least = Math.min(least, value(turn));
      most = Math.max(most, value(turn));
    }
    return [least, most];
  };

/** max(1, |α|) is the larger slope of u above zero and α u, or α (eᵘ − 1), below; both are 0 at 0. */
const bent: Knowledge = (value, [alpha = 1]) =>
  smooth(
    Math.max(1, Math.abs(alpha)),
    0,
    between((u) => (alpha === 0 ? Math.max(0, u) : value(u)), [0]),
  );

const jumping = (offset: number, growth: number, image: Image, flaw: string): EntrywiseKnowledge => ({
  ...{ slope: Infinity, offset, growth, image, flaw },
});

const knowledge: Readonly<Record<EntrywiseOperation, Knowledge>> = {
  sigmoid: (value) => smooth(1 / 4, 1 / 2, between(value)),
  hardSigmoid: (value, [slope = 1]) =>
    // 0 · ∞ is not a number, so the constant is asked for where it is one.
    smooth(Math.abs(slope), value(0), between(slope === 0 ? () => value(0) : value)),
  tanh: (value) => smooth(1, 0, between(value)),
  relu: (value) => smooth(1, 0, between(value)),
  softplus: (value) => smooth(1, Math.LN2, between(value)),
  softsign: () =>
    smooth(
      1,
      0,
      between((u) => (Number.isFinite(u) ? u / (1 + Math.abs(u)) : Math.sign(u))),
    ),
  leakyRelu: bent,
  elu: bent,
  thresholdedRelu: (value, [alpha = 0]) =>
    alpha === 0
      ? smooth(1, 0, between(value))
      : jumping(0, 1, (low, high) => [Math.min(0, low), Math.max(0, high)], `it jumps at ${alpha}`),
  clip: (value) => smooth(1, Math.abs(value(0)), between(value)),
  cos: () => smooth(1, 1, () => [-1, 1]),
  sin: () =>
    smooth(1, 0, (low, high) => {
      const largest = Math.min(1, Math.max(Math.abs(low), Math.abs(high)));
      return [-largest, largest];
    }),
  abs: (value) => smooth(1, 0, between(value, [0])),
  positive: () => jumping(1, 0, () => [0, 1], 'it jumps at 0'),
  within: () => jumping(1, 0, () => [0, 1], 'it jumps at the ends of its interval'),
  inverseRoot: () => jumping(Infinity, 0, () => [0, Infinity], 'it has no limit near 0'),
};
