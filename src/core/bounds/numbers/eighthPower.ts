/** 2^(j/8) for j = 0 … 7, the nearest doubles. */
const roots = [
  1, 1.0905077326652577, 1.189207115002721, 1.2968395546510096, 1.4142135623730951, 1.5422108254079407,
  1.681792830507429, 1.8340080864093424,
];

/**
 * 2^(k/8) for an integer k, every grid of the theory being a part of these. The operator ** rounds fractional powers
 * differently from one version of JavaScript to the next; a report must have the same bytes everywhere.
 */
export function eighthPower(k: number): number {
  const whole = Math.floor(k / 8);
  return roots[k - 8 * whole]! * 2 ** whole;
}
