/**
 * How many symbols a block may have, −L … L: with one symbol the block is that of the reference, or zero. Fixed before the
 * data; that a block chose one of them is paid for.
 */
export const numbersOfSymbols = [1, 3, 7, 15, 31, 63, 127, 255] as const;

export interface Quantised {
  /** A₀ + s k in float32. */
  readonly values: Float32Array;
  /** How often each symbol −L … L occurs. */
  readonly counts: readonly number[];
}

/** The nearest numbers A₀ + s k with whole k from −L to L, 2L + 1 being the number of symbols. */
export function quantised(values: Float64Array, start: Float64Array | null, step: number, symbols: number): Quantised {
  const last = (symbols - 1) / 2;
  const counts = new Array<number>(symbols).fill(0);
  const near = new Float32Array(values.length);
  for (let k = 0; k < values.length; k++) {
    const from = start?.[k] ?? 0;
    const symbol = Math.max(-last, Math.min(last, Math.round((values[k]! - from) / step)));
    counts[symbol + last]!++;
    near[k] = from + step * symbol;
  }
  return { values: near, counts };
}

/** The smallest number of symbols that reaches as far as the largest |A − A₀|, or the largest there is. */
export function symbolsNeeded(values: Float64Array, start: Float64Array | null, step: number): number {
  let farthest = 0;
  for (let k = 0; k < values.length; k++) {
    farthest = Math.max(farthest, Math.abs(Math.round((values[k]! - (start?.[k] ?? 0)) / step)));
  }
  return numbersOfSymbols.find((symbols) => (symbols - 1) / 2 >= farthest) ?? numbersOfSymbols.at(-1)!;
}
