import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createReducedAccumulator } from '../../../../src/core/analysis/reducedStatistics';
import { activationRange } from '../../../../src/core/cells/activation';
import type { Cell } from '../../../../src/core/cells/cell';
import { cellNamed, cellNames } from '../../../../src/core/cells/cells';
import { expand } from '../../../../src/core/cells/expand';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { widthOf, type Sizes } from '../../../../src/core/cells/sizes';
import type { Direction } from '../../../../src/core/checkpoint';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { readModel } from '../../../../src/formats/onnx/readModel';
import { forwardGraph, initialName } from '../../../../src/runtime/graph/forwardGraph';
import type { LoopForm } from '../../../../src/runtime/graph/main';
import { countedName } from '../../../../src/runtime/graph/reductions';
import { sessionOptions } from '../../../../src/runtime/sessionOptions';
import { titleOfVariant, variantsOf, type CellVariant } from '../../core/interpret/cellVariants';
import { randomNumbers } from '../../core/interpret/randomNumbers';
import { assertSame, countedOneByOne } from './countedOneByOne';
import { webGpuOperators } from './webGpuOperators';

const steps = 7;

interface Layer {
  readonly cell: Cell;
  readonly sizes: Sizes;
  readonly weights: ReadonlyMap<string, Float64Array>;
  readonly direction: Direction;
  readonly elements: 'float32' | 'float64';
}
interface Batch {
  readonly input: Float64Array;
  readonly lengths: Int32Array;
}

/** A graph that gives the statistics of all gates, and beside them the values they were made of. */
async function open({ cell, sizes, weights, direction, elements }: Layer, form: LoopForm) {
  const taps = new Map(Object.entries(cell.gates));
  const options = { direction, elements, form, taps, reduced: taps };
  const { model, outputs, reductions } = forwardGraph(cell, sizes, weights, options);
  const session = await InferenceSession.create(model, sessionOptions);
  const tensor = (values: Float64Array, dims: number[]): Tensor =>
    elements === 'float64'
      ? new Tensor('float64', values, dims)
      : new Tensor('float32', Float32Array.from(values), dims);
  return {
    reductions,
    outputs,
    run: ({ input, lengths }: Batch) => {
      const batch = lengths.length;
      const { placed, counted } = arranged(input, lengths, direction);
      const feeds: Record<string, Tensor> = {
        X: tensor(placed, [steps, batch, sizes.input]),
        [countedName]: tensor(counted, [steps, batch]),
      };
      for (const { name, before } of cell.states) {
        const width = widthOf(sizes, before.size);
        feeds[initialName(name)] = tensor(new Float64Array(batch * width), [batch, width]);
      }
      return session.run(feeds);
    },
    close: () => session.release(),
  };
}

/** A reverse graph begins at the last step, so that is where its sequences end. What is padding holds large numbers. */
function arranged(
  input: Float64Array,
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

function randomLayer(variant: CellVariant, direction: Direction, elements: Layer['elements']): Layer {
  const cell = cellNamed(variant.name, variant.options);
  const sizes = cell.sizes(variant.inputSize, variant.hiddenSize);
  const draw = drawing(17);
  const weights = new Map(
    parametersOf(cell).map((parameter) => {
      const { rows, columns } = storedShape(parameter, sizes);
      return [parameter.name, draw(rows * columns)];
    }),
  );
  return { cell, sizes, weights, direction, elements };
}
const drawing = (seed: number): ((n: number) => Float64Array) => {
  const random = randomNumbers(seed);
  return (n) => Float64Array.from({ length: n }, () => Math.fround(2 * random()));
};

/** Every cell with its defaults, and activations without bounds, which reach below zero or do not. */
const variants: readonly CellVariant[] = [
  ...cellNames.map((name) => variantsOf(name)[0]!),
  ...(['relu', 'softplus', { kind: 'elu', alpha: 1 }] as const).map((candidateActivation): CellVariant => {
    return { name: 'vanilla', options: { candidateActivation }, inputSize: 4, hiddenSize: 4 };
  }),
];

async function check(layer: Layer, form: LoopForm): Promise<void> {
  const { cell, weights, sizes, direction, elements } = layer;
  const graph = await open(layer, form);
  const accumulators = new Map([...graph.reductions.keys()].map((gate) => [gate, createReducedAccumulator(gate)]));
  const [evaluated, tapped] = [new Map<string, number[]>(), new Map<string, number[]>()];
  const draw = drawing(5);
  // The second batch has larger numbers, so that a range without bounds has to grow between the two; the third has none.
  for (const [lengths, size] of [
    [Int32Array.of(5, 0, 3, 1), 0.1],
    [Int32Array.of(2, 7, 6), 1],
    [Int32Array.of(0), 1],
  ] as const) {
    const batch = lengths.length;
    const input = draw(steps * batch * sizes.input).map((x) => Math.fround(size * x));
    const outputs = await graph.run({ input, lengths });
    const numbersOf = (output: string): Float64Array => outputs[output]!.data as Float64Array;
    const expected = evaluate(cell, weights, sizes, { input, steps, batch, direction, lengths });
    for (const [gate, reduction] of graph.reductions) {
      accumulators.get(gate)!.add(reduction.read(numbersOf));
      const shift = (entry: number): number => (direction === 'reverse' ? steps - lengths[entry]! : 0);
      append(tapped, gate, keptOf(numbersOf(graph.outputs.get(gate)!), lengths, shift));
      append(
        evaluated,
        gate,
        keptOf(expected.gates.get(gate)!, lengths, () => 0),
      );
    }
  }
  await graph.close();
  for (const [gate, accumulator] of accumulators) {
    const range = activationRange(expand(cell.gates[gate]!));
    const [own, reference] = [tapped, evaluated].map((values) => countedOneByOne(gate, values.get(gate)!, range));
    // What is counted is what the graph computed; in float64 that is also what evaluate does.
    assertSame(accumulator.finish(), own!, 1e-6);
    if (elements === 'float64') assertSame(accumulator.finish(), reference!, 1e-12);
    const { mean, standardDeviation } = accumulator.finish();
    const within = 1e-6 * Math.max(1, reference!.histogram.to);
    assert.ok(Math.abs(mean - reference!.mean) < within, `${gate}: mean ${mean}, not ${reference!.mean}`);
    assert.ok(Math.abs(standardDeviation - reference!.standardDeviation) < within, gate);
  }
}

describe('statistics inside the graph', () => {
  for (const variant of variants) {
    it(`are those of evaluate: ${titleOfVariant(variant)}`, async () => {
      for (const direction of ['forward', 'reverse'] as const) {
        for (const elements of ['float32', 'float64'] as const) {
          for (const form of ['scan', { steps }] as const) {
            await check(randomLayer(variant, direction, elements), form);
          }
        }
      }
    });

    it(`need no operator that a graphics card lacks: ${titleOfVariant(variant)}`, () => {
      const { cell, sizes, weights, direction } = randomLayer(variant, 'forward', 'float32');
      const reduced = new Map(Object.entries(cell.gates));
      const options = { direction, elements: 'float32', form: { steps }, taps: new Map(), reduced } as const;
      const { nodes } = readModel(forwardGraph(cell, sizes, weights, options).model, 'reduced.onnx').graph;
      const others = nodes.filter(({ operator }) => !webGpuOperators.has(operator));
      assert.deepEqual(
        others.map(({ operator }) => operator),
        [],
      );
      const tensors = nodes.map(({ inputs, outputs }) => inputs.length + outputs.length);
      assert.ok(Math.max(...tensors) <= 16);
    });
  }
});

const append = (lists: Map<string, number[]>, name: string, values: readonly number[]): unknown =>
  lists.set(name, [...(lists.get(name) ?? []), ...values]);

/** The values at steps that are not padding. */
function keptOf(values: ArrayLike<number>, lengths: Int32Array, offset: (entry: number) => number): number[] {
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
