import type { Expression } from '../../core/cells/language';
import type { LinearMap } from '../../core/cells/linearMap';
import { appliedMatrix, storedMatrix } from '../../core/cells/storedMatrix';
import type { Main } from './main';

/**
 * How learned numbers get into a graph. `folded`: as nameless constants, arranged as the graph needs them. `initializers`:
 * under their own names and as they are stored, for whoever opens the file. `inputs`: given anew with every run.
 */
export type ParameterForm = 'folded' | 'initializers' | 'inputs';

/** Up to so many entries the zeros of a convolution cost less than the nodes that would avoid them. */
const mostEntriesWithZeros = 2 ** 16;

/** The learned matrices and vectors as tensors of the main graph: matrices [rows, columns] as they are stored, vectors [n]. */
export class Parameters {
  private readonly ranks = new Map<string, number>();

  constructor(
    private readonly main: Main,
    /** By their names in the equations, row by row; none are needed where they are inputs. */
    private readonly values: ReadonlyMap<string, Float64Array>,
    private readonly form: ParameterForm,
  ) {}

  vector(name: string, size: number): string {
    return this.tensor(name, [size]);
  }
  /** A matrix as it is stored, also one with a structure. */
  stored(matrix: LinearMap): string {
    const { rows, columns } = storedMatrix(matrix, this.main.sizes);
    return this.tensor(matrix.name, [rows, columns]);
  }

  /** Whether a matrix is applied with all its entries: a dense one is, and a small convolution whose numbers are constants. */
  isDense(matrix: LinearMap): boolean {
    if (matrix.structure.kind !== 'convolution' || this.form !== 'folded') return matrix.structure.kind === 'dense';
    const { height, width } = storedMatrix(matrix, this.main.sizes);
    return height * width <= mostEntriesWithZeros;
  }

  /**
   * The dense matrices of several maps, one above the other. Those that are inputs are turned for A u, once and outside of
   * any loop; constant ones are left to the runtime, which arranges them when it opens the graph.
   */
  stack(maps: readonly Expression[]): { readonly tensor: string; readonly isTurned: boolean } {
    const matrices = maps.map(({ matrix }) => matrix!);
    for (const { name } of matrices) if (!this.ranks.has(name)) this.ranks.set(name, this.ranks.size);
    const [only, ...others] = matrices;
    const isStored = others.length === 0 && only!.structure.kind === 'dense';
    const tensor = isStored ? this.stored(only!) : this.stacked(matrices);
    if (maps[0]!.operation === 'transposed') return { tensor, isTurned: true };
    if (this.form !== 'inputs') return { tensor, isTurned: false };
    const turn = (): string => this.main.apply('Transpose', [tensor], { perm: [1, 0] });
    return { tensor: this.main.once(`turned ${tensor}`, turn), isTurned: true };
  }
  /** When the matrix of a map was first used. Going back in that order finds the stacks of the way forward whole. */
  rank({ matrix }: Expression): number {
    return this.ranks.get(matrix!.name) ?? this.ranks.size;
  }

  private stacked(matrices: readonly LinearMap[]): string {
    const { main } = this;
    const key = `stack ${matrices.map(({ name }) => name).join()}`;
    if (this.form !== 'folded')
      return main.once(key, () =>
        main.join(
          matrices.map((matrix) => this.stored(matrix)),
          0,
        ),
      );
    return main.once(key, () => {
      const columns = main.widthOf(matrices[0]!.from);
      const parts = matrices.map((matrix) => {
        const { rows, columns: stored } = storedMatrix(matrix, main.sizes);
        return appliedMatrix(matrix, main.sizes, this.numbers(matrix.name, rows * stored));
      });
      const whole = new Float64Array(parts.reduce((total, part) => total + part.length, 0));
      let start = 0;
      for (const part of parts) {
        whole.set(part, start);
        start += part.length;
      }
      return main.numbers(main.fresh(), [whole.length / columns, columns], whole);
    });
  }
  private tensor(name: string, dims: readonly number[]): string {
    return this.main.once(`parameter ${name}`, () => {
      if (this.form === 'inputs') return this.main.input(name, dims);
      const values = this.numbers(
        name,
        dims.reduce((p, q) => p * q),
      );
      return this.main.numbers(this.form === 'folded' ? this.main.fresh() : name, dims, values);
    });
  }
  private numbers(name: string, size: number): Float64Array {
    const values = this.values.get(name);
    if (!values) throw new Error(`The cell needs ${name}, which the layer does not have.`);
    if (values.length === size) return values;
    throw new Error(`The cell needs ${size} numbers in ${name}, but there are ${values.length}.`);
  }
}
