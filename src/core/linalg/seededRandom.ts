/** A stream of random numbers that is the same for the same seed, on every machine. */
export interface SeededRandom {
  /** Uniform in [low, high). */
  readonly uniform: (low: number, high: number) => number;
  /** From the normal distribution with mean 0 and variance 1. */
  readonly normal: () => number;
}

/**
 * The generator xoshiro128** (Blackman & Vigna 2021), started from SplitMix-like steps of the seed: the golden ratio is added
 * and the sum mixed as in MurmurHash3, first for the lower 32 bits of the seed, then for the upper ones. A uniform number has
 * 53 random bits, of two outputs. Normal numbers come in pairs, by Marsaglia's polar method.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1.
 */
export function seededRandom(seed: number): SeededRandom {
  let counter = seed >>> 0;
  const mixed = (): number => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let z = counter;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const lower = mixed();
  counter = (Math.floor(seed / 2 ** 32) ^ lower) >>> 0;
  let [a, b, c, d] = [lower | 0, mixed() | 0, mixed() | 0, mixed() | 0];

  const next = (): number => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return result;
  };
  const unit = (): number => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;

  let spare: number | null = null;
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    for (;;) {
      const u = 2 * unit() - 1;
      const v = 2 * unit() - 1;
      const radius = u * u + v * v;
      if (radius >= 1 || radius === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(radius)) / radius);
      spare = v * factor;
      return u * factor;
    }
  };
  return { uniform: (low, high) => low + (high - low) * unit(), normal };
}

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
