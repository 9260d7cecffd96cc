import type { Size } from '../cells/language';

/** Upper bounds of the norms of a matrix: ‖A‖₂, ‖A‖_∞ (largest absolute row sum), ‖A‖_{2→∞} (largest Euclidean norm of a row). */
export interface MatrixRadii {
  readonly two: number;
  readonly inf: number;
  readonly maxRow: number;
}

/** Upper bounds of the Euclidean norm of a vector and of its largest absolute entry. */
export interface VectorRadii {
  readonly two: number;
  readonly inf: number;
  /** No entry exceeds it; modReLU has coefficients only where that is at most 0. @default `inf` */
  readonly high?: number;
}

/** The learned blocks that a class of networks allows, and the norm in which they and the states move. */
export interface BlockClass {
  /** The norm in which movement is measured, of states and parameters alike. */
  readonly p: 2 | 'inf';
  /** By their names in the equations. The norms are those of the matrix that is applied, whatever its structure. */
  readonly matrices: ReadonlyMap<string, MatrixRadii>;
  readonly vectors: ReadonlyMap<string, VectorRadii>;
}

/** What the rules of the calculus need to know. */
export interface RuleContext {
  readonly p: BlockClass['p'];
  readonly sizes: Readonly<Record<Size, number>>;
  /** The place of each block among the coefficients. */
  readonly blocks: ReadonlyMap<string, number>;
  readonly norms: BlockNorms;
}

/** The norms of the blocks of one class after another: the same objects, so that rules made for one hold for the next. */
export interface BlockNorms {
  /** ln of each norm. */
  readonly matrices: ReadonlyMap<string, MatrixRadii>;
  readonly vectors: ReadonlyMap<string, VectorRadii>;
}

/** Sets `norms` to those of a class with the same blocks. */
export function setNorms(norms: BlockNorms, { matrices, vectors }: BlockClass): void {
  for (const [name, { two, inf, maxRow }] of matrices) {
    const logs: MatrixRadii = { two: Math.log(two), inf: Math.log(inf), maxRow: Math.log(maxRow) };
    Object.assign(norms.matrices.get(name)!, logs);
  }
  for (const [name, { two, inf, high = inf }] of vectors) Object.assign(norms.vectors.get(name)!, { two, inf, high });
}

export function normsOf(blockClass: BlockClass): BlockNorms {
  const copies = <T>(of: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...of].map(([name, radii]) => [name, { ...radii }]));
  const norms = { matrices: copies(blockClass.matrices), vectors: copies(blockClass.vectors) };
  setNorms(norms, blockClass);
  return norms;
}
