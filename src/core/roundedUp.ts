/** The number of so many significant digits nearest to the value, or the next one above where that would be below it. */
export function roundedUp(value: number, digits: number): number {
  const nearest = Number(value.toPrecision(digits));
  if (nearest >= value || !Number.isFinite(value)) return nearest;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1);
  return Number((nearest + unit).toPrecision(digits));
}
