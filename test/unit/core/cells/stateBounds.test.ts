import assert from 'node:assert/strict';
import { hardSigmoid } from '../../../../src/core/cells/activation';
import type { Cell } from '../../../../src/core/cells/cell';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { widthOf, type Sizes } from '../../../../src/core/cells/sizes';
import { largestValue, valuesOf } from '../../../../src/core/cells/stateBounds';
import { evaluate, type Evaluation } from '../../../../src/core/interpret/evaluate';
import { activations, cellVariants, titleOfVariant } from '../interpret/cellVariants';
import { randomNumbers } from '../interpret/randomNumbers';

type Weights = ReadonlyMap<string, Float64Array>;

const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);

function run(
  cell: Cell,
  sizes: Sizes,
  weights: Weights,
  steps: number,
  x: (step: number, k: number) => number,
  start: () => number,
): { result: Evaluation; starts: Map<string, number>; input: Float64Array } {
  const input = Float64Array.from({ length: steps * sizes.input }, (_, k) =>
    x(Math.floor(k / sizes.input), k % sizes.input),
  );
  const initialStates = cell.states.map(({ before }) =>
    Float64Array.from({ length: widthOf(sizes, before.size) }, start),
  );
  const result = evaluate(cell, weights, sizes, { input, steps, batch: 1, initialStates });
  return { result, starts: new Map(cell.states.map(({ name }, k) => [name, largest(initialStates[k]!)])), input };
}

/** What the text says that each state is at most, where it says so in terms that are known here: "|c| ≤ max(1, |c₀|)". */
function readBound(
  text: string,
  { result, starts, input }: { result: Evaluation; starts: Map<string, number>; input: Float64Array },
  beta: number,
): Map<string, number> {
  const value = (term: string): number | undefined => {
    const state = /^\|(\w)₀\|$/.exec(term)?.[1];
    if (state) return starts.get(state);
    if (/^[\d.]+$/.test(term)) return Number(term);
    if (term === '|x|') return largest(input);
    if (term === '|c|') return largest(result.states.get('c')!);
    // The candidates of cells that do not squash them.
    if (term.startsWith('max |W_a x')) return largest(result.gates.get('candidate')!);
    if (term === 'β max |W_a x|') return beta * largest(result.gates.get('candidate')!);
    const lambda = /with λ = ([\d.]+)/.exec(text)?.[1];
    return term === '1 / (1 − λ)' && lambda ? 1 / (1 - Number(lambda)) : undefined;
  };
  const most = new Map<string, number>();
  for (const [, names, terms] of text.matchAll(/((?:\|\w\| ≤ )+)(max\((?:\([^)]*\)|[^()])*\)|[\d.]+)/g)) {
    const values = terms!
      .replace(/^max\((.*)\)$/, '$1')
      .split(', ')
      .map(value);
    if (values.includes(undefined)) continue;
    for (const [, name] of names!.matchAll(/\|(\w)\| ≤/g)) most.set(name!, Math.max(...(values as number[])));
  }
  return most;
}

/** A way to choose the weights of a cell that opens what there is to open. */
function drivenWeights(cell: Cell, sizes: Sizes, random: () => number): Weights {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(((random() + 1) / 2) * from.length)]!;
  return new Map(
    parametersOf(cell).map((parameter) => {
      const { rows, columns } = storedShape(parameter, sizes);
      const of = {
        zero: () => 0,
        all: () => 40,
        first: (k: number) => (k % columns === 0 ? 40 : 0),
        against: (k: number) => (k % columns === 0 ? -40 : 0),
        second: (k: number) => (k % columns === 1 ? 40 : 0),
      };
      const pattern = pick(
        parameter.role === 'recurrent' ? (['zero', 'zero', 'all'] as const) : (Object.keys(of) as (keyof typeof of)[]),
      );
      return [parameter.name, Float64Array.from({ length: rows * columns }, (_, k) => of[pattern](k))];
    }),
  );
}

const randomWeights = (cell: Cell, sizes: Sizes, random: () => number, scale: number): Weights =>
  new Map(
    parametersOf(cell).map((parameter) => {
      const { rows, columns } = storedShape(parameter, sizes);
      return [parameter.name, Float64Array.from({ length: rows * columns }, () => scale * random())];
    }),
  );

/** The states that are twice as large after so many steps as after half of them. */
function doubled(cell: Cell, sizes: Sizes, weights: Weights, steps: number): string[] {
  // The first number of the input stays, the second changes its sign at every step.
  const x = (step: number, k: number): number => (k % 2 === 0 ? 1 : (-1) ** step);
  const { result } = run(cell, sizes, weights, steps, x, () => 0);
  const states = [...result.states].filter(([, values]) => {
    const width = values.length / steps;
    const after = (t: number): number => largest(values.subarray((t - 1) * width, t * width));
    const [early, late] = [after(steps / 2), after(steps)];
    return !Number.isFinite(late) || (late > 10 && late > 1.8 * early);
  });
  return states.map(([state]) => state);
}

/**
 * The states that some weights make twice as large by going on for twice as long; it looks until it has found all that are
 * expected, and then a little longer.
 */
function statesThatGrow(cell: Cell, sizes: Sizes, expected: readonly string[]): Set<string> {
  const random = randomNumbers(5);
  const growing = new Set<string>();
  for (let attempt = 0; attempt < 3000; attempt++) {
    if (attempt >= 40 && expected.every((state) => growing.has(state))) break;
    const weights = drivenWeights(cell, sizes, random);
    // What seems to grow may be on its way to a limit.
    const candidates = doubled(cell, sizes, weights, 40).filter((state) => !growing.has(state));
    if (candidates.length === 0) continue;
    const confirmed = doubled(cell, sizes, weights, 400);
    for (const state of candidates) if (confirmed.includes(state)) growing.add(state);
  }
  return growing;
}

describe('the bounds of states', () => {
  let compared = 0;
  for (const variant of cellVariants) {
    const cell = cellNamed(variant.name, variant.options);
    const sizes = cell.sizes(variant.inputSize, variant.hiddenSize);
    const { text, unbounded } = cell.stateBound;
    const bounded = cell.states.map(({ name }) => name).filter((name) => !unbounded.includes(name));

    it(`hold for large random weights: ${titleOfVariant(variant)}`, () => {
      for (const [seed, scale] of [1, 4, 40].entries()) {
        const random = randomNumbers(seed);
        const weights = randomWeights(cell, sizes, random, scale);
        const outcome = run(
          ...([cell, sizes, weights, 200] as const),
          () => 3 * random(),
          () => 2 * random(),
        );
        const beta = 1 / (1 + Math.exp(-(weights.get('beta')?.[0] ?? 0)));
        const most = readBound(text, outcome, beta);
        for (const state of bounded.filter((name) => most.has(name))) {
          const reached = largest(outcome.result.states.get(state)!);
          assert.ok(reached <= most.get(state)! * (1 + 1e-12), `|${state}| = ${reached}, but ${text}`);
          compared++;
        }
      }
    });

    it(`are there for the states that do not grow, and for no others: ${titleOfVariant(variant)}`, () => {
      const growing = statesThatGrow(cell, sizes, unbounded);
      for (const { name } of cell.states) assert.equal(growing.has(name), unbounded.includes(name), name);
    });
  }

  it('were read where they are formulas', () => {
    assert.ok(compared > 450, String(compared));
  });

  it('are reached where a gate stays open: |c| = |c₀| + t in an LSTM, |h| = |h₀| + t in an RHN', () => {
    const grown = (name: CellName, state: string): number => {
      const cell = cellNamed(name);
      const sizes = cell.sizes(1, 1);
      const weights = new Map(parametersOf(cell).map((parameter) => [parameter.name, Float64Array.of(40)]));
      const { result } = run(
        cell,
        sizes,
        weights,
        100,
        () => 1,
        () => 2,
      );
      return result.states.get(state)!.at(-1)!;
    };
    assert.ok(Math.abs(grown('lstm', 'c') - 102) < 1e-9);
    assert.ok(Math.abs(grown('rhn', 'h') - 102) < 1e-9);
    // β + κ t: both are 1 here, and f is.
    assert.ok(Math.abs(grown('fast-grnn', 'h') - 102) < 1e-9);
  });

  it('depend on activations and on clipping', () => {
    const bound = (name: CellName, options: CellOptions) => cellNamed(name, options).stateBound;
    // A gate of 0.2 u + 0.5 with |u| ≤ 1 lies in [0.3, 0.7], so |c| ≤ 0.7 tanh(1) / (1 − 0.7).
    const clipped = bound('lstm', { gateActivation: hardSigmoid(), clip: 1 });
    assert.equal(clipped.text, `|h| ≤ 0.7 and |c| ≤ max(${Math.ceil((700 * Math.tanh(1)) / 0.3) / 1000}, |c₀|)`);
    // A gate in [−tanh(1), tanh(1)] keeps tanh(1) of the state at most, and lets in 1 + tanh(1) of a candidate up to tanh(1).
    const tanh1 = Math.tanh(1);
    const most = Math.ceil((1000 * (1 + tanh1) * tanh1) / (1 - tanh1)) / 1000;
    assert.equal(bound('gru', { gateActivation: 'tanh', clip: 1 }).text, `|h| ≤ max(${most}, |h₀|)`);
    assert.deepEqual(bound('gru', { gateActivation: 'tanh' }).unbounded, ['h']);
    assert.deepEqual(bound('gato', { lambda: 1 }).unbounded, ['s', 'r']);
    assert.deepEqual(bound('gato', { lambda: 0, gateActivation: 'relu' }).unbounded, ['s']);
    assert.deepEqual(bound('lstm', { outputActivation: 'linear', coupled: true }).unbounded, []);
  });
});

describe('the values of activations', () => {
  it('lie where they are said to lie, and come close to both ends', () => {
    for (const activation of activations) {
      const cell = cellNamed('vanilla', { candidateActivation: activation, bias: false });
      for (const clip of [null, 0.25, 2]) {
        const inputs = Float64Array.from({ length: 4001 }, (_, k) => (k - 2000) * (clip === null ? 0.05 : clip / 2000));
        const weights = new Map([
          ['W', Float64Array.of(1)],
          ['U', Float64Array.of(0)],
        ]);
        const sizes = { input: 1, hidden: 1 };
        const { hidden } = evaluate(cell, weights, sizes, { input: inputs, steps: inputs.length, batch: 1 });
        const [low, high] = valuesOf(activation, clip);
        const said = `${JSON.stringify(activation)} ${clip}: [${low}, ${high}]`;
        assert.ok(Math.min(...hidden) >= low - 1e-12 && Math.max(...hidden) <= high + 1e-12, said);
        assert.ok(largest(hidden) <= largestValue(activation, clip) + 1e-12, said);
        if (high < Infinity && !(typeof activation === 'object' && activation.kind === 'thresholdedRelu')) {
          assert.ok(Math.max(...hidden) > high - 0.02, said);
        }
      }
    }
  });
});
