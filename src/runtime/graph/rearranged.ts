import type { Expression } from '../../core/cells/language';
import type { Scope } from './scope';

/**
 * Writes the nodes of concat, slice, tile and untile. What a slice takes of a concat is looked for in its parts, so that a
 * vector that is rearranged again and again is only put together where somebody needs it whole.
 */
export function rearranged(scope: Scope, e: Expression): string {
  const { main } = scope;
  const width = main.width([e]);
  const read = main.width(e.operands);
  switch (e.operation) {
    case 'concat': {
      const parts = e.operands.filter((operand) => main.width([operand]) > 0);
      return parts.length === 1 ? valueLike(scope, e, parts[0]!) : scope.sideBySide(parts);
    }
    case 'slice': {
      const start = e.skipped.reduce((total, size) => total + main.widthOf(size), 0);
      return taken(scope, e, e.operands[0]!, start, width);
    }
    case 'tile': {
      const u = scope.value(e.operands[0]!);
      const repeats = main.isConstant(e) ? [width / read] : [1, width / read];
      return width === read ? u : scope.apply('Tile', [u, main.integers(repeats)]);
    }
    case 'untile': {
      const u = scope.value(e.operands[0]!);
      if (width === read) return u;
      const [shape, axis] = main.isConstant(e) ? [[-1, width], 0] : [[-1, read / width, width], 1];
      const tiles = scope.apply('Reshape', [u, main.integers(shape)]);
      return scope.apply('ReduceSum', [tiles, main.integers([axis])], { keepdims: 0 });
    }
    default:
      throw new Error(`The operation ${e.operation} does not rearrange.`);
  }
}

/** `width` entries of `whole` from `start` on, which are what `e` is. */
function taken(scope: Scope, e: Expression, whole: Expression, start: number, width: number): string {
  const { main } = scope;
  if (start === 0 && width === main.width([whole])) return valueLike(scope, e, whole);
  if (whole.operation === 'slice') {
    const skipped = whole.skipped.reduce((total, size) => total + main.widthOf(size), 0);
    return taken(scope, e, whole.operands[0]!, skipped + start, width);
  }
  if (whole.operation !== 'concat') return scope.cut(valueLike(scope, e, whole), start, width);
  let from = 0;
  const inside: Expression[] = [];
  for (const operand of whole.operands) {
    const to = from + main.width([operand]);
    if (from <= start && start + width <= to && width > 0) return taken(scope, e, operand, start - from, width);
    if (start <= from && to <= start + width && from < to) inside.push(operand);
    from = to;
  }
  // Where the slice does not end with a part, the whole has to be put together.
  return main.width(inside) === width ? scope.sideBySide(inside) : scope.cut(scope.value(whole), start, width);
}

/** The tensor of what `e` takes its entries from; a constant is spread where `e`, which may hold more, is none. */
const valueLike = (scope: Scope, e: Expression, source: Expression): string =>
  scope.main.isConstant(e) ? scope.value(source) : scope.rows(source);
