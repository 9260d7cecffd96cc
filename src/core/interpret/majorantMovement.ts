/**
 * How far an expression moves with each block, said by how far others do: multiples of theirs, added, as the legs of a right
 * triangle, or the larger or the smaller of them; a sum may also be moved by a block directly. Rules build it once, and
 * write its factors again whenever the sizes they come from have changed.
 */
export interface Movement {
  readonly join: 'sum' | 'hypot' | 'max' | 'min';
  readonly terms: readonly Movement[];
  /** The place of the block that moves a sum directly; null where none does. */
  readonly block: number | null;
  /** ln of the factor of each term, and then of how far the block moves it. */
  readonly logFactors: Float64Array;
}

/** Factors that are not given are 1. */
export function joined(
  join: Movement['join'],
  terms: readonly Movement[],
  logFactors: readonly number[] = [],
): Movement {
  const factors = new Float64Array(terms.length);
  factors.set(logFactors);
  return { join, terms, block: null, logFactors: factors };
}

/** A sum with what a block adds, which is nothing as long as its factor, the last, is not set. */
export const movedByBlock = (block: number, terms: readonly Movement[]): Movement => ({
  ...{ join: 'sum', terms, block },
  logFactors: new Float64Array(terms.length + 1).fill(-Infinity, terms.length),
});

/** What only the block moves, as far as itself. */
export const movedWith = (block: number): Movement => ({
  ...{ join: 'sum', terms: [], block, logFactors: Float64Array.of(0) },
});

/** What nothing moves; also a variable, whose movement whoever runs the recursion knows. */
export const unmoved = (): Movement => joined('sum', []);
