import { composite, concat, entrywise, slice, tile, type Expression, type Size } from './language';

/** s u for a learned number s. */
export const scaledBy = <S extends Size>(s: Expression<'one'>, u: Expression<S>): Expression<S> =>
  composite('scaledBy', [s, u], tile(s, u.size).times(u));

/** Consecutive entries of a vector: those after `skipped`, as many as `size` says. */
export interface Piece {
  readonly skipped: readonly Size[];
  readonly size: Size;
}

/** The same entries in another order; the pieces, each taken once, make up the whole vector. */
export function arrange<S extends Size>(u: Expression<S>, pieces: readonly Piece[]): Expression<S> {
  const taken = pieces.map(({ skipped, size }) => slice(u, skipped, size));
  return composite('arrange', [u], concat(u.size, taken));
}

/**
 * Rotates each pair of entries of u = [a; b], the k-th of a with the k-th of b, by its own angle:
 * [cos θ ∘ a − sin θ ∘ b; sin θ ∘ a + cos θ ∘ b].
 */
export function rotate<P extends Size, S extends Size>(angles: Expression<P>, u: Expression<S>): Expression<S> {
  const [a, b] = [slice(u, [], angles.size), slice(u, [angles.size], angles.size)];
  const [cos, sin] = [entrywise('cos', angles), entrywise('sin', angles)];
  const turned = [cos.times(a).minus(sin.times(b)), sin.times(a).plus(cos.times(b))];
  return composite('rotate', [angles, u], concat(u.size, turned));
}

/** z / |z| · relu(|z| + b) for complex z = [real parts; imaginary parts], and 0 where z = 0 (Arjovsky et al. 2016, eq. 8). */
export function modRelu<B extends Size, S extends Size>(z: Expression<S>, b: Expression<B>): Expression<S> {
  const [real, imaginary] = [slice(z, [], b.size), slice(z, [b.size], b.size)];
  const squares = real.times(real).plus(imaginary.times(imaginary));
  const inverse = entrywise('inverseRoot', squares);
  const ratio = entrywise('relu', squares.times(inverse).plus(b)).times(inverse);
  return composite('modRelu', [z, b], concat(z.size, [ratio.times(real), ratio.times(imaginary)]));
}
