import { linear, type Expression, type Size } from './language';

/** Which of its entries a learned matrix has, and which are one number. */
export type Structure =
  /** A number for every entry. */
  | { readonly kind: 'dense' }
  /** One number for each entry of the wider side: y_{jl} = w_{jl} u_j (spread) or y_j = Σ_l w_{jl} u_{jl} (gather). */
  | { readonly kind: 'spread' }
  | { readonly kind: 'gather' }
  /**
   * A convolution (cross-correlation, as everywhere in this field) with stride 1 over a grid of [rows, columns, channels],
   * filled up with zeros so that the grid keeps its size; of an odd number of missing entries the larger part comes last.
   */
  | {
      readonly kind: 'convolution';
      readonly kernel: readonly [rows: number, columns: number];
      readonly grid: readonly [rows: Size, columns: Size];
      readonly channels: readonly [from: Size, to: Size];
    };

/** A learned matrix; the sizes live in the type of what it is applied to: W_f(h) does not compile when W reads x. */
export interface LinearMap<F extends Size = Size, T extends Size = Size> {
  readonly name: string;
  readonly from: F;
  readonly to: T;
  /** `input` for what reads the input, `recurrent` for what reads the state, `inner` for what reads neither directly. */
  readonly role: 'input' | 'recurrent' | 'inner';
  readonly structure: Structure;
}

const dense: Structure = { kind: 'dense' };

/** `matrix('W_f', 'input', 'hidden', 'input')(x)` is W_f x. */
export const matrix =
  <F extends Size, T extends Size>(
    name: string,
    from: F,
    to: T,
    role: LinearMap['role'],
    structure: Structure = dense,
  ): ((u: Expression<F>) => Expression<T>) =>
  (u) =>
    linear({ name, from, to, role, structure }, u);
