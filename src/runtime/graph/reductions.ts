import type { ReducedBatch } from '../../core/analysis/reducedStatistics';
import { activationRange } from '../../core/cells/activation';
import type { Expression } from '../../core/cells/language';
import { countedEdges, countsOf } from './countedEdges';
import type { Main } from './main';
import { tensorTypes } from './modelFile';

/** The outputs that hold the statistics of one activation. Every one has a number for each unit, but for the reach. */
export interface ReductionOutputs {
  /** [1, 1]: how many steps were counted; one output for all activations. */
  readonly count: string;
  /** [3, units]: a pivot, which is the mean to within rounding, and the sums of v − pivot and of (v − pivot)². */
  readonly moments: string;
  /** [edges, units]: how many values lie below each edge. */
  readonly below: string;
  /** [1]: the end of the range, for an activation without bounds; null where it is known. */
  readonly reach: string | null;
  /** What these numbers say, merged by `createReducedAccumulator`. */
  read(values: (output: string) => ArrayLike<number>): ReducedBatch;
}

/** The input that says which steps count, [steps, batch]: 1, or 0 where there is padding. */
export const countedName = 'counted';

/**
 * Adds statistics of expressions to a graph: over all counted steps, for each unit. Sums over steps are matrix products with
 * the row of what counts, so padding costs nothing and a count is exact up to 2²⁴ steps; units are put together in float64
 * afterwards. A histogram is made of comparisons: a value is below an edge exactly when it is in float64, because an edge is
 * rounded up to a number of the graph's type. Nothing but entrywise operators, reductions and products is used, at most eight
 * tensors a node, so that a graphics card can run it.
 *
 * Bins go over the range of the activation; if it has no bounds, over [0, 2ᵏ] or [−2ᵏ, 2ᵏ] with the smallest power of two
 * above all values of the batch, found in the graph. `bins` is a multiple of four, so that such ranges can be merged.
 *
 * `counted` is a tensor with a number for each step of each sequence, [steps, batch] or [steps, batch, 1]; an input if left out.
 */
export function addReductions(
  main: Main,
  gates: ReadonlyMap<string, Expression>,
  counted = main.once(countedName, () => main.input(countedName, [main.length, 'batch'])),
  bins = 40,
): ReadonlyMap<string, ReductionOutputs> {
  if (bins % 4 !== 0) throw new Error(`A histogram of ${bins} bins cannot be merged; choose a multiple of four.`);
  const rows = counting(main, counted);
  return new Map([...gates].map(([gate, e]) => [gate, reductionsOf(main, rows, e, bins)]));
}

interface Counting {
  /** [1, steps · batch] and [steps · batch, 1]. */
  readonly row: string;
  readonly isCounted: string;
  /** [1, 1]: the number of counted steps. */
  readonly count: string;
}

function counting(main: Main, counted: string): Counting {
  const row = main.apply('Reshape', [counted, main.integers([1, -1])]);
  const column = main.apply('Reshape', [counted, main.integers([-1, 1])]);
  const count = main.output(main.apply('MatMul', [row, column]));
  return { row, isCounted: main.apply('Greater', [column, main.constant(0)]), count };
}

function reductionsOf(main: Main, { row, isCounted, count }: Counting, e: Expression, bins: number): ReductionOutputs {
  const op = (operator: string, ...inputs: string[]): string => main.apply(operator, inputs);
  const units = main.width([e]);
  // Padding may hold anything, also numbers that overflow, so it is replaced before anything is multiplied.
  const v = op('Where', isCounted, main.everywhere(e), main.constant(0));
  const pivot = op('Div', op('MatMul', row, v), op('Clip', count, main.constant(1)));
  const difference = op('Sub', v, pivot);
  const sum = op('MatMul', row, difference);
  const squares = op('MatMul', row, op('Mul', difference, difference));
  const moments = main.output(main.join([pivot, sum, squares], 0));

  const elements = main.type === tensorTypes.float64 ? 'float64' : 'float32';
  const edges = countedEdges(activationRange(e), bins, elements);
  const reach = edges.isGrowing ? reachOf(main, v) : null;
  const below = main.output(countsBelow(main, row, v, edges.values, units, reach));
  return {
    ...{ count, moments, below },
    reach: reach && main.output(reach),
    read: (values) => {
      const [n, m, b] = [values(count)[0]!, values(moments), values(below)];
      const counts = edges.values.map((_, k) => sumOf(b, k * units, units));
      const all = Array.from({ length: n > 0 ? units : 0 }, (_, unit) => {
        const d = m[units + unit]!;
        return { count: n, mean: m[unit]! + d / n, deviations: m[2 * units + unit]! - (d * d) / n };
      });
      return { units: all, ...countsOf(edges, n * units, counts, reach ? values(reach)[0]! : 1) };
    },
  };
}

const sumOf = (values: ArrayLike<number>, start: number, length: number): number => {
  let sum = 0;
  for (let k = start; k < start + length; k++) sum += values[k]!;
  return sum;
};

/** The smallest power of two above all |v|, at least 2⁻²⁰ and at most 2¹²⁷. */
function reachOf(main: Main, v: string): string {
  const powers = Float64Array.from({ length: 148 }, (_, k) => 2 ** (k - 20));
  const all = main.once('powers of two', () => main.numbers(main.fresh(), [powers.length], powers));
  const largest = main.apply('ReduceMax', [main.apply('Abs', [v])], { keepdims: 0 });
  const above = main.apply('Where', [main.apply('Less', [largest, all]), all, main.constant(2 ** 127)]);
  return main.apply('ReduceMin', [above], { keepdims: 1 });
}

const edgesAtOnce = 8;

/** [edges, units]. Some edges at once, so that there are few nodes, but no tensor much larger than the values themselves. */
function countsBelow(
  main: Main,
  row: string,
  v: string,
  edges: readonly number[],
  units: number,
  reach: string | null,
): string {
  const values = main.apply('Reshape', [v, main.integers([-1, 1, units])]);
  const parts: string[] = [];
  for (let start = 0; start < edges.length; start += edgesAtOnce) {
    const some = edges.slice(start, start + edgesAtOnce);
    const fixed = main.once(`edges ${some.join()}`, () =>
      main.numbers(main.fresh(), [some.length, 1], Float64Array.from(some)),
    );
    const limits = reach ? main.apply('Mul', [fixed, reach]) : fixed;
    const isBelow = main.apply('Cast', [main.apply('Less', [values, limits])], { to: main.type });
    const counts = main.apply('MatMul', [
      row,
      main.apply('Reshape', [isBelow, main.integers([-1, some.length * units])]),
    ]);
    parts.push(main.apply('Reshape', [counts, main.integers([some.length, units])]));
  }
  return main.join(parts, 0);
}
