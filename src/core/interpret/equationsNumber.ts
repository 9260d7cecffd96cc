/**
 * A number as people write it: the shortest decimal that is the same number but for the last bits, by which 1 − 0.9 is not
 * 0.1, and a small fraction where no short decimal is: 1/3. Numbers below zero have a typographic minus.
 */
export function numberText(value: number): string {
  if (value < 0) return `−${numberText(-value)}`;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : '∞';
  for (let digits = 1; digits <= 12; digits++) {
    const short = Number(value.toPrecision(digits));
    if (isSame(short, value)) return String(short);
  }
  for (let divisor = 3; divisor <= 1000; divisor++) {
    const dividend = Math.round(value * divisor);
    if (dividend > 0 && isSame(dividend / divisor, value)) return `${dividend}/${divisor}`;
  }
  return String(value);
}

/** 1 − 0.99 differs from 0.01 by 9e-16 of it. */
const isSame = (a: number, b: number): boolean => Math.abs(a - b) <= 2e-15 * Math.abs(b);
