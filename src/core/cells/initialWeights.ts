import { orthogonalMatrix } from '../linalg/orthogonalMatrix';
import type { SeededRandom } from '../linalg/seededRandom';
import { roots, type Cell } from './cell';
import { fansOf, type Fans } from './fans';
import { inOrder, type Expression } from './language';
import type { LinearMap } from './linearMap';
import { vectorUses, type VectorUse } from './parameterUse';
import { parametersOf, storedShape, type CellParameter } from './parametersOf';
import type { Sizes } from './sizes';

/**
 * The weights of an untrained layer, by their names and as they are stored, rounded to float32. Each starts by what it does:
 *
 * - a recurrent dense matrix: orthogonal, so that it neither shrinks nor grows a state (Saxe, McClelland & Ganguli 2014); one
 *   that is not square has orthonormal rows or columns; `orthogonalMatrix` says how they are distributed; the recurrent matrix of h = relu(W x + U h₋ + b): the identity (Le,
 *   Jaitly & Hinton 2015);
 * - any other matrix, a convolution included: uniform in ±√(6 / (fan in + fan out)) (Glorot & Bengio 2010);
 * - matrices that are added up as one (of an average, say) together as large as one would be;
 * - a diagonal matrix: uniform in [−1, 1], so never longer than an orthogonal one;
 * - a bias: zero, but one where the cell's own file says so (`startsAt`), mostly in gates that keep the past (Jozefowicz,
 *   Zaremba & Sutskever 2015);
 * - a trained share σ(v): v = 0, a half; other starts stand in the cell's own file;
 * - angles of rotations: uniform in [−π, π) (Jing et al. 2017);
 * - the bias of a modReLU: uniform in [−0.01, 0], about zero as in Arjovsky et al. 2016, but never positive, so that its slope
 *   is at most one.
 */
export function initialWeights(cell: Cell, sizes: Sizes, random: SeededRandom): ReadonlyMap<string, Float64Array> {
  const uses = vectorUses(cell);
  const gains = gainsOf(cell);
  const identities = keptByRelu(cell);
  const start = (parameter: CellParameter): Float64Array => {
    const { name, matrix } = parameter;
    const { rows, columns } = storedShape(parameter, sizes);
    if (!matrix) return initialVector(rows, cell.startsAt[name] ?? uses.get(name) ?? 'bias', random);
    if (identities.has(name)) return identity(rows);
    const gain = gains.get(name) ?? 1;
    if (matrix.role === 'recurrent' && matrix.structure.kind === 'dense') {
      const values = orthogonalMatrix(rows, columns, random);
      for (let k = 0; k < values.length; k++) values[k]! *= gain;
      return values;
    }
    return initialMatrix(fansOf(matrix, sizes), rows * columns, random, gain);
  };
  return new Map(parametersOf(cell).map((parameter) => [parameter.name, rounded(start(parameter))]));
}

/** To float32, in place. */
function rounded(values: Float64Array): Float64Array {
  for (let k = 0; k < values.length; k++) values[k] = Math.fround(values[k]!);
  return values;
}

function identity(rows: number): Float64Array {
  const values = new Float64Array(rows * rows);
  for (let k = 0; k < rows; k++) values[k * (rows + 1)] = 1;
  return values;
}

/** So many numbers of a matrix of these fans, uniform in ± gain √(6 / (fan in + fan out)), rounded to float32. */
export function initialMatrix(
  { fanIn, fanOut }: Fans,
  count: number,
  { uniform }: SeededRandom,
  gain = 1,
): Float64Array {
  const limit = gain * Math.sqrt(6 / (fanIn + fanOut));
  const values = new Float64Array(count);
  for (let k = 0; k < count; k++) values[k] = Math.fround(uniform(-limit, limit));
  return values;
}

function initialVector(size: number, start: VectorUse | number, { uniform }: SeededRandom): Float64Array {
  if (typeof start === 'number') return new Float64Array(size).fill(start);
  if (start === 'bias' || start === 'share') return new Float64Array(size);
  const [low, high] = start === 'angle' ? [-Math.PI, Math.PI] : start === 'modulus' ? [-0.01, 0] : [-1, 1];
  return Float64Array.from({ length: size }, () => uniform(low, high));
}

/**
 * What each matrix of a sum k (A₁ u₁ + … + Aₙ uₙ) is multiplied by, so that the sum over maps of one role has the size that a
 * single map would have without the k: 1 / (|k| √n).
 */
function gainsOf(cell: Cell): ReadonlyMap<string, number> {
  const gains = new Map<string, number>();
  const visited = new Map<Expression, number>();
  for (const e of inOrder(roots(cell)).reverse()) {
    const above = visited.get(e) ?? 1;
    const factor = e.operation === 'scale' ? above * Math.abs(e.numbers[0]!) || 1 : 1;
    if (e.operation === 'scale') visited.set(e.operands[0]!, factor);
    if (e.operation !== 'sum') continue;
    const maps = e.operands.flatMap(({ matrix }) => (matrix ? [matrix] : []));
    for (const { name, role } of maps) {
      gains.set(name, 1 / (above * Math.sqrt(maps.filter((other) => other.role === role).length)));
    }
  }
  return gains;
}

/** The recurrent matrices of states h = relu(… + U h₋ + …). */
function keptByRelu({ states }: Cell): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const { before, after } of states) {
    if (after.operation !== 'relu') continue;
    const [read] = after.operands;
    const terms = read!.operation === 'sum' ? read!.operands : [read!];
    const own = terms.filter(({ matrix, operands }) => isSquare(matrix) && operands[0] === before);
    if (own.length === 1) kept.add(own[0]!.matrix!.name);
  }
  return kept;
}

const isSquare = (matrix: LinearMap | null): boolean =>
  matrix !== null && matrix.structure.kind === 'dense' && matrix.from === matrix.to;
