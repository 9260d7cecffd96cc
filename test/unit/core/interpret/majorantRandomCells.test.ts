import assert from 'node:assert/strict';
import { roots, type Cell } from '../../../../src/core/cells/cell';
import { cellNamed } from '../../../../src/core/cells/cells';
import { arrange, modRelu, rotate, scaledBy } from '../../../../src/core/cells/composites';
import {
  complement,
  concat,
  entrywise,
  inOrder,
  linear,
  mix,
  scale,
  shift,
  slice,
  sum,
  tile,
  transposed,
  untile,
  variable,
  vector,
  type Expression,
  type Operation,
  type Size,
} from '../../../../src/core/cells/language';
import type { LinearMap } from '../../../../src/core/cells/linearMap';
import { parametersOf } from '../../../../src/core/cells/parametersOf';
import { noShares, randomTrial, sharesOf, worse, type Subject } from './majorantTrials';
import { randomNumbers } from './randomNumbers';

/** A pair is twice the state: a concatenation, two tiles, or complex numbers. */
const sizes = { input: 2, hidden: 2, pair: 4 };
const entrywiseOperations = [
  ...(['sigmoid', 'tanh', 'relu', 'softplus', 'softsign', 'cos', 'sin', 'abs'] as const).map(
    (name) => [name, []] as const,
  ),
  ['hardSigmoid', [0.3, 0.4]],
  ['hardSigmoid', [-0.5, 0.7]],
  ['leakyRelu', [-1.5]],
  ['leakyRelu', [0.2]],
  ['elu', [1.7]],
  ['elu', [-0.6]],
  ['clip', [-0.4, 0.9]],
  ['clip', [0.2, 0.5]],
  ['thresholdedRelu', [0]],
] as const;

/** A cell of a dozen random operations, of all that have Lipschitz constants. */
function randomCell(random: () => number): Cell {
  const below = (n: number): number => Math.floor(((random() + 1) / 2) * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const h = variable('h', 'hidden');
  const hidden: Expression[] = [h, variable('x', 'input') as Expression].map((e) => concat('hidden', [e]));
  const pairs: Expression[] = [concat('pair', [...hidden])];
  let named = 0;
  const name = (letter: string): string => `${letter}${(named += 1)}`;
  const weights = (size: Size): Expression => vector(name('v'), size);
  const map = (from: Size, to: Size): LinearMap => ({
    ...{ name: name('A'), from, to, role: 'inner', structure: { kind: 'dense' } },
  });
  const steps: (() => void)[] = [
    () => hidden.push(linear(map('pair', 'hidden'), pick(pairs))),
    () => pairs.push(transposed(map('pair', 'hidden'), pick(hidden))),
    () => hidden.push(sum([pick(hidden), pick(hidden), weights('hidden')])),
    () => hidden.push(pick(hidden).times(pick(hidden))),
    () => pairs.push(weights('pair').times(pick(pairs))),
    () => hidden.push(scale(random(), pick(hidden)), scale(0, pick(hidden))),
    () => hidden.push(shift(pick(hidden), random())),
    () => hidden.push(complement(entrywise('sigmoid', pick(hidden)))),
    () => hidden.push(mix(entrywise('sigmoid', pick(hidden)), pick(hidden), pick(hidden))),
    () => hidden.push(mix(entrywise('tanh', pick(hidden)), pick(hidden), pick(hidden))),
    () => pairs.push(concat('pair', [pick(hidden), pick(hidden)])),
    () => hidden.push(slice(pick(pairs), [], 'hidden'), slice(pick(pairs), ['hidden'], 'hidden')),
    () => pairs.push(tile(pick(hidden), 'pair')),
    () => hidden.push(untile(pick(pairs), 'hidden')),
    () => hidden.push(scaledBy(vector(name('s'), 'one'), pick(hidden))),
    () => pairs.push(arrange(pick(pairs), [{ skipped: ['hidden'], size: 'hidden' }, { skipped: [], size: 'hidden' }])), // prettier-ignore
    () => pairs.push(rotate(concat('hidden', [tile(vector(name('t'), 'one'), 'hidden')]), pick(pairs))),
    () => pairs.push(rotate(weights('hidden'), pick(pairs))),
    () => pairs.push(rotate(pick(hidden), pick(pairs))),
    () => pairs.push(modRelu(pick(pairs), vector(name('b'), 'hidden'))),
    ...entrywiseOperations.map(([operation, numbers]) => () => {
      hidden.push(entrywise(operation, pick(hidden), numbers));
    }),
  ];
  for (let k = 0; k < 10; k++) pick(steps)();
  const last = (list: readonly Expression[]): Expression => list.at(-1)!;
  // A state that is squashed keeps the numbers of several steps in range.
  const newH = mix(
    entrywise('sigmoid', last(hidden)),
    entrywise('tanh', linear(map('pair', 'hidden'), last(pairs))),
    h,
  );
  return {
    ...cellNamed('vanilla'),
    sizes: () => sizes,
    input: variable('x', 'input'),
    states: [{ name: 'h', before: h, after: newH }],
    output: concat('output', [last(hidden), last(pairs), newH]),
    gates: { candidate: last(hidden) },
  };
}

describe('the majorant calculus on random cells', () => {
  const met = new Set<Operation>();
  for (let group = 0; group < 10; group++) {
    it(`is never passed by two networks of one class: cells ${40 * group + 1} to ${40 * group + 40}`, async () => {
      const random = randomNumbers(500 + group);
      for (let k = 0; k < 40; k++) {
        const cell = randomCell(random);
        const expressions = inOrder(roots(cell));
        for (const { operation } of expressions) met.add(operation);
        const subject: Subject = {
          ...{ cell, parameters: parametersOf(cell), sizes: { ...sizes, output: 8 } },
          nonPositive: new Set(parametersOf(cell).flatMap(({ name }) => (name.startsWith('b') ? [name] : []))),
        };
        let shares = noShares;
        for (let trial = 0; trial < 6; trial++) {
          const p = trial % 2 === 0 ? 2 : 'inf';
          shares = worse(shares, await sharesOf(subject, randomTrial(subject, trial + 3 * k, random), p));
        }
        const said = `${JSON.stringify(shares)}: ${expressions.map(({ operation }) => operation).join(' ')}`;
        assert.ok(shares.movement! <= 1 + 1e-9 && shares.size <= 1 + 1e-9 && shares.states <= 1 + 1e-9, said);
        assert.ok(shares.escape <= 1e-9, said);
      }
    });
  }

  it('has met every operation that has a Lipschitz constant', () => {
    const all = [
      ...['linear', 'transposed', 'sum', 'times', 'scale', 'shift', 'complement', 'mix', 'concat', 'slice', 'tile'],
      ...['untile', 'scaledBy', 'arrange', 'rotate', 'modRelu', ...entrywiseOperations.map(([operation]) => operation)],
    ];
    for (const operation of all) assert.ok(met.has(operation as Operation), operation);
  });
});
