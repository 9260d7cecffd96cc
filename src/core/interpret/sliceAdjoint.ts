import { concat, scale, slice, sum, type Expression, type Size } from '../cells/language';
import { widthOf } from '../cells/sizes';

/** A cotangent for consecutive entries of something, those from `start` on. */
export interface PartCotangent {
  readonly start: number;
  readonly cotangent: Expression;
}

/**
 * The cotangent of a whole of which only parts have one: the parts one after the other, with zeros where there are none.
 * Parts that lie side by side share a sum's term, so that rearranging a vector costs one concat on the way back too.
 */
export function cotangentOfWhole(
  whole: Expression,
  parts: readonly PartCotangent[],
  sizes: Readonly<Record<Size, number>>,
): Expression {
  const width = widthOf(sizes, whole.size);
  const widthOfPart = ({ cotangent }: PartCotangent): number => widthOf(sizes, cotangent.size);
  let left = [...parts].sort((p, q) => p.start - q.start || widthOfPart(p) - widthOfPart(q));
  const terms: Expression[] = [];
  while (left.length > 0) {
    const later: PartCotangent[] = [];
    const row: Expression[] = [];
    let end = 0;
    for (const part of left) {
      if (part.start < end) {
        later.push(part);
        continue;
      }
      if (part.start > end) row.push(zeros(whole, end, part.start));
      row.push(part.cotangent);
      end = part.start + widthOfPart(part);
    }
    if (end < width) row.push(zeros(whole, end, width));
    terms.push(concat(whole.size, row));
    left = later;
  }
  return sum(terms);
}

const zeros = (whole: Expression, start: number, end: number): Expression =>
  scale(0, slice(whole, [String(start)], String(end - start)));

/**
 * A slice of a cotangent, without a detour where that was put together of parts: what was rearranged on the way forward is
 * rearranged back, and does not pile up.
 */
export function partOf(
  whole: Expression,
  skipped: readonly Size[],
  size: Size,
  sizes: Readonly<Record<Size, number>>,
): Expression {
  const start = skipped.reduce((total, each) => total + widthOf(sizes, each), 0);
  const end = start + widthOf(sizes, size);
  if (start === 0 && end === widthOf(sizes, whole.size)) return concat(size, [whole]);
  if (whole.operation !== 'concat') return slice(whole, skipped, size);
  let from = 0;
  const inside: Expression[] = [];
  for (const operand of whole.operands) {
    const to = from + widthOf(sizes, operand.size);
    if (from <= start && end <= to) return partOf(operand, [String(start - from)], size, sizes);
    if (from < end && to > start) {
      if (from < start || to > end) return slice(whole, skipped, size);
      inside.push(operand);
    }
    from = to;
  }
  return concat(size, inside);
}
