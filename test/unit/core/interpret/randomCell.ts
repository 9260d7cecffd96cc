import { cell, type Cell } from '../../../../src/core/cells/cell';
import { arrange, modRelu, rotate, scaledBy } from '../../../../src/core/cells/composites';
import {
  complement,
  concat,
  entrywise,
  mix,
  scale,
  shift,
  slice,
  tile,
  untile,
  vector,
  type EntrywiseOperation,
  type Expression,
} from '../../../../src/core/cells/language';
import { matrix, type Structure } from '../../../../src/core/cells/linearMap';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { widthOf, type Sizes } from '../../../../src/core/cells/sizes';
import type { Direction } from '../../../../src/core/checkpoint';
import type { SequenceBatch } from '../../../../src/core/interpret/evaluate';
import { randomNumbers } from './randomNumbers';

/** A cell with weights and sequences to run it on. */
export interface RandomRun extends SequenceBatch {
  readonly cell: Cell;
  readonly weights: ReadonlyMap<string, Float64Array>;
  readonly sizes: Sizes;
  readonly input: Float64Array;
  readonly direction: Direction;
  readonly initialStates: readonly Float64Array[];
}

type Half = Expression<'half'>;
type Whole = Expression<'hidden'>;

const pieces = [
  { skipped: ['half'], size: 'half' },
  { skipped: [], size: 'half' },
];
const spread: Structure = { kind: 'spread' };
const gather: Structure = { kind: 'gather' };
const convolution: Structure = {
  kind: 'convolution',
  kernel: [1, 3],
  grid: ['one', 'half'],
  channels: ['two', 'two'],
};

const entrywiseOperations: readonly (readonly [EntrywiseOperation, readonly number[]])[] = [
  ['sigmoid', []],
  ['tanh', []],
  ['relu', []],
  ['softplus', []],
  ['softsign', []],
  ['cos', []],
  ['sin', []],
  ['abs', []],
  ['hardSigmoid', [0.3, 0.45]],
  ['leakyRelu', [0.1]],
  ['elu', [0.7]],
  ['clip', [-0.4, 0.6]],
];

/** A random program with up to three states, in which anything may be tied, delayed, constant, nested, cut or stacked. */
export function randomRun(seed: number): RandomRun {
  const random = randomNumbers(seed * 7919);
  const pick = (n: number): number => Math.floor(((random() + 1) / 2) * n);
  const names = ['h', 'c', 'd'].slice(0, 1 + pick(3));
  const half = 1 + pick(3);
  const sizes = { input: 1 + pick(4), hidden: 2 * half, half, two: 2 };
  const heading = {
    ...{ name: `random ${seed}`, source: '', parent: null, stateBound: { text: '', unbounded: [] }, options: {} },
    sizes: () => sizes,
    states: Object.fromEntries(names.map((name) => [name, 'hidden'] as const)),
    letters: {},
  };
  const letter = (): string => 'abcd'[pick(4)]!;
  const program = cell(heading, (x, before) => {
    const all: Whole[] = [...Object.values(before), vector(`b_${letter()}`, 'hidden')];
    const any = (): Whole => all[pick(all.length)]!;
    const anyEntrywise = (u: Whole): Whole => {
      const [operation, numbers] = entrywiseOperations[pick(entrywiseOperations.length)]!;
      return entrywise(operation, u, numbers);
    };
    const bias = (): Whole => vector(`b_${letter()}`, 'hidden');
    const gate = (u: Whole): Whole => entrywise('sigmoid', u);
    const W = (): Whole => matrix(`W_${letter()}`, 'input', 'hidden', 'input')(x);
    const U = (u: Whole): Whole => matrix(`U_${letter()}`, 'hidden', 'hidden', 'recurrent')(u);
    const upper = (u: Whole): Half => slice(u, [], 'half');
    const lower = (u: Whole): Half => slice(u, ['half'], 'half');
    const makers: (() => Whole)[] = [
      W,
      () => U(any()),
      () => U(Object.values(before)[0]!),
      () => any().plus(any(), any()),
      () => W().plus(U(any()), bias()),
      () => entrywise('tanh', any()).times(any()),
      () => scale(0.5, any()),
      () => shift(any(), 0.25),
      () => complement(any()),
      () => mix(gate(any()), any(), any()),
      () => gate(any()),
      () => anyEntrywise(any()),
      () => concat('hidden', [lower(any()), upper(any())]),
      () => tile(lower(any()), 'hidden'),
      () => tile(untile(any(), 'half'), 'hidden'),
      () => arrange(any(), pieces),
      () => rotate(vector(`theta_${letter()}`, 'half'), any()),
      () => modRelu(any(), shift(entrywise('abs', vector(`m_${letter()}`, 'half')), 0.2)),
      () => scaledBy(entrywise('sigmoid', vector(`s_${letter()}`, 'one')), any()),
      () => matrix(`S_${letter()}`, 'half', 'hidden', 'recurrent', spread)(upper(any())),
      () => tile(matrix(`G_${letter()}`, 'hidden', 'half', 'inner', gather)(any()), 'hidden'),
      () => matrix(`K_${letter()}`, 'hidden', 'hidden', 'recurrent', convolution)(any()),
    ];
    const length = 4 + pick(14);
    for (let k = 0; k < length; k++) all.push(makers[pick(makers.length)]!());
    // States stay bounded, so that a disagreement is not the chaos of a growing state.
    const states = Object.fromEntries(names.map((name) => [name, pick(4) === 0 ? any() : entrywise('tanh', any())]));
    return { gates: { update: any(), candidate: any() }, states, output: any() };
  });
  const [steps, batch] = [1 + pick(5), 1 + pick(3)];
  const draw = (n: number): Float64Array => Float64Array.from({ length: n }, random);
  const weights = new Map<string, Float64Array>();
  for (const parameter of parametersOf(program)) {
    const { rows, columns } = storedShape(parameter, sizes);
    weights.set(parameter.name, draw(rows * columns));
  }
  return {
    ...{ cell: program, weights, sizes, steps, batch },
    direction: pick(2) === 0 ? 'forward' : 'reverse',
    lengths: pick(3) === 0 ? Int32Array.from({ length: batch }, () => 1 + pick(steps)) : null,
    input: draw(steps * batch * sizes.input),
    initialStates: program.states.map(({ before }) => draw(batch * widthOf(sizes, before.size))),
  };
}
