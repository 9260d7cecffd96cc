import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createReducedAccumulator, type ReducedStatistics } from '../../../../src/core/analysis/reducedStatistics';
import { activationRange, type ActivationRange } from '../../../../src/core/cells/activation';
import type { Cell } from '../../../../src/core/cells/cell';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import { expandCell } from '../../../../src/core/cells/expand';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { widthOf, type Sizes } from '../../../../src/core/cells/sizes';
import type { Direction } from '../../../../src/core/checkpoint';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { Main } from '../../../../src/runtime/graph/main';
import { addReductions, countedName, type ReductionOutputs } from '../../../../src/runtime/graph/reductions';
import { sessionOptions } from '../../../../src/runtime/sessionOptions';
import { randomNumbers } from '../../core/interpret/randomNumbers';

const bins = 40;

interface Layer {
  readonly cell: Cell;
  readonly sizes: Sizes;
  readonly weights: ReadonlyMap<string, Float64Array>;
  readonly direction: Direction;
  readonly elements: 'float32' | 'float64';
}
interface Batch {
  readonly input: Float64Array;
  readonly steps: number;
  readonly lengths: Int32Array;
}

/** A graph that gives the statistics of all gates, and beside them the values they were made of. */
async function open({ cell, sizes, weights, direction, elements }: Layer): Promise<{
  readonly run: (batch: Batch) => Promise<InferenceSession.ReturnType>;
  readonly reductions: ReadonlyMap<string, ReductionOutputs>;
  readonly taps: ReadonlyMap<string, string>;
  readonly close: () => Promise<void>;
}> {
  const main = new Main({ sizes, weights, elements });
  main.set([cell.input], main.flat(main.sequence, sizes.input));
  const states = cell.states.map(({ name, before, after }) => {
    return { before, after, initial: main.input(`${name}0`, ['batch', widthOf(sizes, before.size)]) };
  });
  main.loop(states, direction);
  const gates = new Map(Object.entries(cell.gates));
  const reductions = addReductions(main, gates, bins);
  const taps = new Map([...gates].map(([gate, e]) => [gate, main.output(main.everywhere(e))]));
  const session = await InferenceSession.create(main.encode(), sessionOptions);
  const tensor = (values: Float64Array, dims: number[]): Tensor =>
    elements === 'float64'
      ? new Tensor('float64', values, dims)
      : new Tensor('float32', Float32Array.from(values), dims);
  return {
    reductions,
    taps,
    run: ({ input, steps, lengths }) => {
      const batch = lengths.length;
      const { placed, counted } = arranged(input, steps, lengths, direction);
      const feeds: Record<string, Tensor> = {
        X: tensor(placed, [steps, batch, sizes.input]),
        [countedName]: tensor(counted, [steps, batch]),
      };
      for (const { name, before } of cell.states) {
        const width = widthOf(sizes, before.size);
        feeds[`${name}0`] = tensor(new Float64Array(batch * width), [batch, width]);
      }
      return session.run(feeds);
    },
    close: () => session.release(),
  };
}

/** A reverse graph begins at the last step, so that is where its sequences end. What is padding holds large numbers. */
function arranged(
  input: Float64Array,
  steps: number,
  lengths: Int32Array,
  direction: Direction,
): { placed: Float64Array; counted: Float64Array } {
  const batch = lengths.length;
  const width = input.length / (steps * batch);
  const placed = new Float64Array(input.length).fill(1e3);
  const counted = new Float64Array(steps * batch);
  for (let entry = 0; entry < batch; entry++) {
    const offset = direction === 'reverse' ? steps - lengths[entry]! : 0;
    for (let step = 0; step < lengths[entry]!; step++) {
      const [from, to] = [step * batch + entry, (step + offset) * batch + entry];
      placed.set(input.subarray(from * width, (from + 1) * width), to * width);
      counted[to] = 1;
    }
  }
  return { placed, counted };
}

/** The statistics of these values, counted one by one in float64. */
function countedOneByOne(gate: string, values: readonly number[], range: ActivationRange): ReducedStatistics {
  const isBounded = range.every(Number.isFinite);
  let [from, to] = isBounded ? range : [range[0] < 0 ? -(2 ** -20) : 0, 2 ** -20];
  while (!isBounded && values.some((v) => Math.abs(v) >= to)) [from, to] = [2 * from, 2 * to];
  const shares = new Array<number>(bins).fill(0);
  for (const v of values) {
    let bin = 0;
    while (bin < bins - 1 && v >= from + ((bin + 1) * (to - from)) / bins) bin++;
    shares[bin]! += 1 / values.length;
  }
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const share = (is: (v: number) => boolean): number => (isBounded ? values.filter(is).length / values.length : 0);
  return {
    gate,
    mean,
    standardDeviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length),
    leftSaturated: share((v) => v < 0.1),
    rightSaturated: share((v) => v > 0.9),
    histogram: { from, to, shares },
  };
}

function assertSame(actual: ReducedStatistics, expected: ReducedStatistics, tolerance: number): void {
  const scale = Math.max(1, expected.histogram.to);
  const near = (a: number, b: number, within: number, what: string): void =>
    assert.ok(Math.abs(a - b) <= within, `${expected.gate}: ${what} is ${a} instead of ${b}`);
  near(actual.mean, expected.mean, tolerance * scale, 'mean');
  near(actual.standardDeviation, expected.standardDeviation, tolerance * scale, 'deviation');
  // Shares come from counts, so the smallest difference that could be is one value of a few thousand.
  near(actual.leftSaturated, expected.leftSaturated, 1e-12, 'left saturated share');
  near(actual.rightSaturated, expected.rightSaturated, 1e-12, 'right saturated share');
  assert.deepEqual([actual.histogram.from, actual.histogram.to], [expected.histogram.from, expected.histogram.to]);
  for (const [k, share] of expected.histogram.shares.entries()) {
    near(actual.histogram.shares[k]!, share, 1e-12, `share of bin ${k}`);
  }
}

function randomLayer(
  name: CellName,
  options: CellOptions,
  direction: Direction,
  elements: Layer['elements'],
): Layer & { readonly draw: (n: number) => Float64Array } {
  const random = randomNumbers(17);
  const draw = (n: number): Float64Array => Float64Array.from({ length: n }, () => Math.fround(2 * random()));
  const cell = expandCell(cellNamed(name, options));
  const sizes = cell.sizes(6, 6);
  const weights = new Map(
    parametersOf(cell).map((parameter) => {
      const { rows, columns } = storedShape(parameter, sizes);
      return [parameter.name, draw(rows * columns)];
    }),
  );
  return { cell, sizes, weights, direction, elements, draw };
}

const cases: readonly (readonly [CellName, CellOptions])[] = [
  ['lstm', {}],
  ['gru-reset-after', {}],
  ['vanilla', { candidateActivation: 'relu' }],
  ['vanilla', { candidateActivation: 'softplus' }],
];

describe('statistics inside the graph', () => {
  for (const [name, options] of cases) {
    for (const direction of ['forward', 'reverse'] as const) {
      for (const elements of ['float32', 'float64'] as const) {
        it(`are those of evaluate: ${name} ${JSON.stringify(options)} ${direction} ${elements}`, async () => {
          const layer = randomLayer(name, options, direction, elements);
          const graph = await open(layer);
          const accumulators = new Map(
            [...graph.reductions.keys()].map((gate) => [gate, createReducedAccumulator(gate)]),
          );
          const reference = new Map<string, number[]>();
          const tapped = new Map<string, number[]>();
          // The second batch has larger numbers, so that a range without bounds has to grow between the two.
          for (const [steps, lengths, size] of [
            [5, Int32Array.of(5, 0, 3, 1), 0.1],
            [9, Int32Array.of(2, 9, 8), 1],
            [3, Int32Array.of(0), 1],
          ] as const) {
            const input = layer.draw(steps * lengths.length * layer.sizes.input).map((x) => size * x);
            const outputs = await graph.run({ input, steps, lengths });
            const numbersOf = (output: string): Float64Array => outputs[output]!.data as Float64Array;
            const expected = evaluate(layer.cell, layer.weights, layer.sizes, {
              ...{ input: elements === 'float32' ? Float32Array.from(input) : input },
              ...{ steps, batch: lengths.length, direction, lengths },
            });
            for (const [gate, reduction] of graph.reductions) {
              accumulators.get(gate)!.add(reduction.read(numbersOf));
              const keep = (values: ArrayLike<number>, offset: (entry: number) => number): number[] =>
                keptOf(values, steps, lengths, offset);
              append(
                reference,
                gate,
                keep(expected.gates.get(gate)!, () => 0),
              );
              const shift = (entry: number): number => (direction === 'reverse' ? steps - lengths[entry]! : 0);
              append(tapped, gate, keep(numbersOf(graph.taps.get(gate)!), shift));
            }
          }
          await graph.close();
          for (const [gate, accumulator] of accumulators) {
            const range = activationRange(layer.cell.gates[gate]!);
            // What is counted is what the graph computed; in float64 that is also what evaluate does.
            assertSame(accumulator.finish(), countedOneByOne(gate, tapped.get(gate)!, range), 1e-6);
            const exact = countedOneByOne(gate, reference.get(gate)!, range);
            if (elements === 'float64') assertSame(accumulator.finish(), exact, 1e-12);
            const { mean, standardDeviation } = accumulator.finish();
            const scale = Math.max(1, exact.histogram.to);
            assert.ok(Math.abs(mean - exact.mean) < 1e-6 * scale);
            assert.ok(Math.abs(standardDeviation - exact.standardDeviation) < 1e-6 * scale);
          }
        });
      }
    }
  }
});

const append = (lists: Map<string, number[]>, name: string, values: readonly number[]): unknown =>
  lists.set(name, [...(lists.get(name) ?? []), ...values]);

/** The values at steps that are not padding. */
function keptOf(
  values: ArrayLike<number>,
  steps: number,
  lengths: Int32Array,
  offset: (entry: number) => number,
): number[] {
  const units = values.length / (steps * lengths.length);
  const kept: number[] = [];
  for (let entry = 0; entry < lengths.length; entry++) {
    for (let step = 0; step < lengths[entry]!; step++) {
      const row = (step + offset(entry)) * lengths.length + entry;
      for (let unit = 0; unit < units; unit++) kept.push(values[row * units + unit]!);
    }
  }
  return kept;
}
