/** How near the root the answer is. */
const tolerance = 1e-10;
/** No step towards the root is longer at first. */
const firstStep = 64;

/**
 * The largest x, to 1e-10 in x or in the value, at which a nondecreasing function is not positive, from below: the answer
 * itself is a point where it is not positive. The search starts at `guess`, and goes at first as far as a slope of 1 asks for.
 * Where the function is positive nowhere up to guess + 2^12 the answer is Infinity. Interpolation (the Illinois rule) with a
 * bisection now and then.
 */
export function largestRoot(f: (x: number) => number, guess: number): number {
  let lower = guess;
  let upper = guess;
  let below = f(guess);
  let above = below;
  const first = Math.min(firstStep, Math.abs(below) + tolerance / 2);
  for (let step = first; below > 0; step *= 2) {
    upper = lower;
    above = below;
    lower -= step;
    below = f(lower);
  }
  for (let step = first; above <= 0; step *= 2) {
    if (upper - guess > 4096) return Infinity;
    lower = upper;
    below = above;
    upper += step;
    above = f(upper);
  }
  let weightBelow = 1;
  let weightAbove = 1;
  let moved: 'lower' | 'upper' | null = null;
  for (let round = 1; round < 200 && upper - lower > tolerance && below < -tolerance; round++) {
    const left = -below * weightBelow;
    const interpolated = lower + ((upper - lower) * left) / (left + above * weightAbove);
    const x = round % 4 === 0 || !(interpolated > lower && interpolated < upper) ? (lower + upper) / 2 : interpolated;
    if (x <= lower || x >= upper) break;
    const value = f(x);
    if (value <= 0) {
      [lower, below, weightBelow] = [x, value, 1];
      if (moved === 'lower') weightAbove /= 2;
      moved = 'lower';
    } else {
      [upper, above, weightAbove] = [x, value, 1];
      if (moved === 'upper') weightBelow /= 2;
      moved = 'upper';
    }
  }
  return lower;
}
