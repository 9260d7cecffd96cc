/**
 * What an axis of a tensor stands for. Following these labels through Transpose, Squeeze and Reshape tells which axis of a
 * model's input is time, and whether a readout sees the last step or all of them.
 */
export interface Atom {
  /** `input` is an axis of a model input (`position` says which); the others are the axes of a recurrent output. */
  readonly role: 'input' | 'time' | 'batch' | 'direction' | 'feature';
  /** The model input the axis belongs to; empty elsewhere. */
  readonly input: string;
  readonly position: number;
  /** null where the size is free. */
  readonly size: number | null;
}

/** An axis may hold several atoms after a Reshape that joins axes, or none when its size is 1. */
export type Axis = readonly Atom[];

export const atom = (role: Atom['role'], size: number | null): Atom => ({ role, input: '', position: 0, size });

/** No tensor of a network has so many axes, joined ones counted; following more would take a hostile file's time. */
export const mostAxes = 64;

export function isFollowable(axes: readonly Axis[]): boolean {
  return axes.length <= mostAxes && axes.reduce((count, axis) => count + axis.length, 0) <= mostAxes;
}

/** The product of the sizes, or null when one of them is free. */
export function axisSize(axis: Axis): number | null {
  let size = 1;
  for (const part of axis) {
    if (part.size === null) return null;
    size *= part.size;
  }
  return size;
}

export const hasRole = (axis: Axis, role: Atom['role']): boolean => axis.some((part) => part.role === role);

export function normalizedAxis(axis: number, rank: number): number | null {
  const positive = axis < 0 ? axis + rank : axis;
  return Number.isInteger(positive) && positive >= 0 && positive < rank ? positive : null;
}

export function transposedAxes(axes: readonly Axis[], order: readonly number[]): readonly Axis[] | null {
  const reversed = axes.map((_, i) => axes.length - 1 - i);
  const result = (order.length > 0 ? order : reversed).map((axis) => axes[axis]);
  return result.length === axes.length && result.every((axis) => axis !== undefined)
    ? result.filter((axis) => axis !== undefined)
    : null;
}

export function squeezedAxes(axes: readonly Axis[], squeezed: readonly number[] | null): readonly Axis[] | null {
  if (squeezed === null) {
    const sizes = axes.map(axisSize);
    // Which axes go is only known when all sizes are.
    return sizes.includes(null) ? null : axes.filter((_, i) => sizes[i] !== 1);
  }
  const gone = squeezed.map((axis) => normalizedAxis(axis, axes.length));
  return gone.includes(null) ? null : axes.filter((_, i) => !gone.includes(i));
}

export function unsqueezedAxes(axes: readonly Axis[], added: readonly number[]): readonly Axis[] | null {
  const rank = axes.length + added.length;
  if (rank > mostAxes) return null;
  const places = added.map((axis) => normalizedAxis(axis, rank));
  if (places.includes(null) || new Set(places).size !== added.length) return null;
  const rest = [...axes];
  return Array.from({ length: rank }, (_, i) => (places.includes(i) ? [] : (rest.shift() ?? [])));
}

/**
 * Follows a Reshape: each size of the target takes the next atoms from the left until −1, then from the right, and −1
 * takes what is left. A null in the target is a size computed while the model runs: it takes one atom. Answers null when
 * the sizes do not fall on the borders between atoms.
 */
export function reshapedAxes(axes: readonly Axis[], target: readonly (number | null)[]): readonly Axis[] | null {
  if (target.length > mostAxes) return null;
  const atoms = axes.flatMap((axis, i) => axis.map((part) => ({ part, axis: i })));
  const result: Axis[] = new Array<Axis>(target.length).fill([]);
  const free = target.indexOf(-1);
  let left = 0;
  let right = atoms.length;
  const take = (size: number | null, place: number, fromLeft: boolean): Axis | null => {
    const taken: Atom[] = [];
    const next = () => (left >= right ? undefined : fromLeft ? atoms[left]! : atoms[right - 1]!);
    const pull = () => {
      const { part } = fromLeft ? atoms[left++]! : atoms[--right]!;
      if (fromLeft) taken.push(part);
      else taken.unshift(part);
    };
    if (size === 0) {
      while (next()?.axis === place) pull();
      return taken;
    }
    if (size === null) {
      const targetsLeft = fromLeft ? (free < 0 ? target.length : free) - place : place - free;
      // An atom of size 1, such as a single direction, is no axis of its own when there are too many atoms.
      while (next()?.part.size === 1 && right - left > targetsLeft) pull();
      if (next()) pull();
      return taken;
    }
    let product = 1;
    while (product < size) {
      const candidate = next();
      if (candidate === undefined) return null;
      if (candidate.part.size === null) {
        // A free size can only be this number when nothing else has been taken for it.
        if (product !== 1) return null;
        pull();
        return taken;
      }
      product *= candidate.part.size;
      pull();
    }
    return product === size ? taken : null;
  };
  const stop = free < 0 ? target.length : free;
  for (let i = 0; i < stop; i++) {
    const axis = take(target[i] ?? null, i, true);
    if (axis === null) return null;
    result[i] = axis;
  }
  if (free >= 0) {
    for (let i = target.length - 1; i > free; i--) {
      const axis = take(target[i] ?? null, i, false);
      if (axis === null) return null;
      result[i] = axis;
    }
    result[free] = atoms.slice(left, right).map(({ part }) => part);
  } else if (atoms.slice(left, right).some(({ part }) => part.size !== 1)) return null;
  return result;
}
