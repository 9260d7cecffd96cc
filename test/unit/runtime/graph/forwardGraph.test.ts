import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { cell, type Cell } from '../../../../src/core/cells/cell';
import { cellNamed } from '../../../../src/core/cells/cells';
import { complement, entrywise, mix, scale, vector, type Expression } from '../../../../src/core/cells/language';
import { matrix } from '../../../../src/core/cells/linearMap';
import { parametersOf } from '../../../../src/core/cells/parametersOf';
import { widthOf, type Sizes } from '../../../../src/core/cells/sizes';
import type { Direction } from '../../../../src/core/checkpoint';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { forwardGraph, initialName } from '../../../../src/runtime/graph/forwardGraph';
import { sessionOptions } from '../../../../src/runtime/sessionOptions';
import { randomNumbers } from '../../core/interpret/randomNumbers';
import { largestError, referenceCases, titleOf, weightsOf } from '../../core/interpret/referenceCases';

interface Run {
  readonly cell: Cell;
  readonly weights: ReadonlyMap<string, Float64Array>;
  readonly sizes: Sizes;
  readonly steps: number;
  readonly batch: number;
  readonly direction: Direction;
  readonly input: Float64Array;
  readonly initialStates: readonly Float64Array[];
}

/** The largest error of any gate, state or output of the graph against float64 evaluation. */
async function largestDisagreement(elements: 'float32' | 'float64', run: Run): Promise<number> {
  const { cell, weights, sizes, steps, batch, direction, input, initialStates } = run;
  const expected = evaluate(cell, weights, sizes, run);
  const states = cell.states.map(({ name, after }): [string, Expression] => [`state ${name}`, after]);
  const taps = new Map<string, Expression>([['hidden', cell.output], ...Object.entries(cell.gates), ...states]);
  const { model, outputs: names } = forwardGraph(cell, sizes, weights, { direction, elements, taps });
  const session = await InferenceSession.create(model, sessionOptions);
  const tensor = (values: Float64Array, dims: number[]): Tensor =>
    elements === 'float64'
      ? new Tensor('float64', values, dims)
      : new Tensor('float32', Float32Array.from(values), dims);
  const feeds: Record<string, Tensor> = { X: tensor(input, [steps, batch, sizes.input]) };
  cell.states.forEach(({ name, before }, k) => {
    feeds[initialName(name)] = tensor(initialStates[k]!, [batch, widthOf(sizes, before.size)]);
  });
  const outputs = await session.run(feeds);
  await session.release();
  let worst = 0;
  for (const [name, e] of taps) {
    const state = name.startsWith('state ') ? expected.states.get(name.slice(6)) : undefined;
    const values = name === 'hidden' ? expected.hidden : (state ?? expected.gates.get(name)!);
    const output = outputs[names.get(name)!]!;
    assert.deepEqual([...output.dims], [steps, batch, widthOf(sizes, e.size)], name);
    worst = Math.max(worst, largestError(output.data as Float64Array, values));
  }
  return worst;
}

describe('the forward graph', () => {
  for (const reference of referenceCases.filter(({ lengths }) => !lengths)) {
    it(`computes what evaluate does: ${titleOf(reference)}`, async () => {
      const run: Run = {
        ...reference,
        cell: cellNamed(reference.cell, reference.options),
        weights: weightsOf(reference),
        input: Float64Array.from(reference.input),
        initialStates: reference.initialStates.map((state) => Float64Array.from(state)),
      };
      assert.ok((await largestDisagreement('float64', run)) < 1e-12);
      assert.ok((await largestDisagreement('float32', run)) < 1e-6);
    });
  }

  it('multiplies all input matrices before the loop and all recurrent matrices at once in it', () => {
    const cell = cellNamed('lstm', {});
    const weights = new Map(
      parametersOf(cell).map((q) => [
        q.name,
        new Float64Array(q.kind === 'vector' ? 2 : q.columns === 'input' ? 6 : 4),
      ]),
    );
    const taps = new Map([['hidden', cell.output]]);
    const options = { direction: 'forward', elements: 'float32', taps } as const;
    const { model } = forwardGraph(cell, { input: 3, hidden: 2 }, weights, options);
    const count = (operator: string): number => Buffer.from(model).toString('latin1').split(operator).length - 1;
    assert.equal(count('Gemm'), 2);
    assert.equal(count('Sigmoid'), 1);
  });

  it('computes what evaluate does for 150 random cells', async function () {
    this.timeout(60_000);
    for (let seed = 1; seed <= 150; seed++) {
      const error = await largestDisagreement('float64', randomRun(seed)).catch((reason: unknown) => {
        throw new Error(`Random cell ${seed} cannot be run.`, { cause: reason });
      });
      assert.ok(error < 1e-11, `random cell ${seed} is off by ${error}`);
    }
  });
});

/** A random program with up to three states, in which anything may be tied, delayed, constant or nested. */
function randomRun(seed: number): Run {
  const random = randomNumbers(seed * 7919);
  const pick = (n: number): number => Math.floor(((random() + 1) / 2) * n);
  const names = ['h', 'c', 'd'].slice(0, 1 + pick(3));
  const heading = {
    name: `random ${seed}`,
    source: '',
    parent: null,
    stateBound: { text: '', unbounded: [] },
    options: {},
    states: Object.fromEntries(names.map((name) => [name, 'hidden'] as const)),
    letters: {},
  };
  const letter = (): string => 'abcd'[pick(4)]!;
  const program = cell(heading, (x, before) => {
    const all: Expression<'hidden'>[] = [...Object.values(before), vector(`b_${letter()}`, 'hidden')];
    const any = (): Expression<'hidden'> => all[pick(all.length)]!;
    const gate = (u: Expression<'hidden'>): Expression<'hidden'> => entrywise('sigmoid', u);
    const makers: (() => Expression<'hidden'>)[] = [
      () => matrix(`W_${letter()}`, 'input', 'hidden', 'input')(x),
      () => matrix(`U_${letter()}`, 'hidden', 'hidden', 'recurrent')(any()),
      () => matrix(`U_${letter()}`, 'hidden', 'hidden', 'recurrent')(Object.values(before)[0]!),
      () => any().plus(any(), any()),
      () =>
        matrix(
          `W_${letter()}`,
          'input',
          'hidden',
          'input',
        )(x).plus(matrix(`U_${letter()}`, 'hidden', 'hidden', 'recurrent')(any()), vector(`b_${letter()}`, 'hidden')),
      () => entrywise('tanh', any()).times(any()),
      () => scale(0.5, any()),
      () => complement(any()),
      () => mix(gate(any()), any(), any()),
      () => gate(any()),
      () => entrywise('hardSigmoid', any(), [0.2, 0.5]),
      () => entrywise('relu', any()),
      () => entrywise('softplus', any()),
      () => entrywise('softsign', any()),
    ];
    const length = 4 + pick(14);
    for (let k = 0; k < length; k++) all.push(makers[pick(makers.length)]!());
    // States stay bounded, so that a disagreement is not the chaos of a growing state.
    const states = Object.fromEntries(names.map((name) => [name, pick(4) === 0 ? any() : entrywise('tanh', any())]));
    return { gates: { update: any(), candidate: any() }, states, output: any() };
  });
  const sizes = { input: 1 + pick(4), hidden: 1 + pick(5) };
  const [steps, batch] = [1 + pick(5), 1 + pick(3)];
  const draw = (n: number): Float64Array => Float64Array.from({ length: n }, random);
  const weights = new Map<string, Float64Array>();
  for (const { name, rows, columns } of parametersOf(program)) {
    weights.set(name, draw(widthOf(sizes, rows) * (columns ? widthOf(sizes, columns) : 1)));
  }
  return {
    cell: program,
    weights,
    sizes,
    steps,
    batch,
    direction: pick(2) === 0 ? 'forward' : 'reverse',
    input: draw(steps * batch * sizes.input),
    initialStates: names.map(() => draw(batch * sizes.hidden)),
  };
}
