import assert from 'node:assert/strict';
import { cell as defineCell } from '../../../../src/core/cells/cell';
import { cellNamed } from '../../../../src/core/cells/cells';
import { entrywise, type EntrywiseOperation } from '../../../../src/core/cells/language';
import type { Direction } from '../../../../src/core/checkpoint';
import { forwardGraph } from '../../../../src/runtime/graph/forwardGraph';
import type { ParameterForm } from '../../../../src/runtime/graph/parameters';
import { cellVariants, titleOfVariant } from '../../core/interpret/cellVariants';
import { randomRun } from '../../core/interpret/randomCell';
import { randomWeights, variantRun } from '../../core/interpret/variantRun';
import { randomNumbers, seedOf } from '../../core/interpret/randomNumbers';
import { largestDisagreement, type Elements } from './graphRun';

const tolerance: Readonly<Record<Elements, number>> = { float32: 1e-6, float64: 1e-12 };

/** Every kind of parameters, both kinds of numbers and both directions, though not all combinations. */
const settings: readonly (readonly [Elements, ParameterForm, Direction])[] = [
  ['float64', 'folded', 'forward'],
  ['float64', 'initializers', 'reverse'],
  ['float64', 'inputs', 'forward'],
  ['float32', 'folded', 'reverse'],
  ['float32', 'inputs', 'forward'],
];

describe('the forward graph', () => {
  for (const variant of cellVariants) {
    it(`computes what evaluate does: ${titleOfVariant(variant)}`, async () => {
      const run = variantRun(variant, seedOf(titleOfVariant(variant)));
      for (const [elements, parameters, direction] of settings) {
        const error = await largestDisagreement({ ...run, direction }, { elements, parameters });
        assert.ok(error < tolerance[elements], `${elements}, ${parameters}, ${direction}: ${error}`);
      }
    });
  }

  it('computes every function of one entry as evaluate does, at its kinks and far from them', async () => {
    const functions: readonly (readonly [EntrywiseOperation, readonly number[]])[] = [
      ...(
        ['sigmoid', 'tanh', 'relu', 'softplus', 'softsign', 'cos', 'sin', 'abs', 'positive', 'inverseRoot'] as const
      ).map((name) => [name, []] as const),
      ['hardSigmoid', [0.2, 0.5]],
      ['leakyRelu', [0.1]],
      ['thresholdedRelu', [0.5]],
      ['elu', [0.7]],
      ['clip', [-0.5, 0.5]],
      ['within', [-0.5, 0.5]],
    ];
    const heading = {
      ...{ name: 'functions', source: '', parent: null, stateBound: { text: '', unbounded: [] }, options: {} },
      ...{ states: { h: 'input' }, letters: {} },
    } as const;
    const input = Float64Array.of(-200, -30, -1.5, -0.5, -1e-9, 0, 1e-9, 0.5, 1, 1.5, 30, 200);
    const sizes = { input: input.length, hidden: 1 };
    for (const [name, numbers] of functions) {
      const definition = defineCell(heading, (x) => {
        const value = entrywise(name, x, numbers);
        return { gates: { update: value }, states: { h: value }, output: value };
      });
      const sequences = { input, steps: 1, batch: 1, direction: 'forward', lengths: null } as const;
      const initialStates = [new Float64Array(input.length)];
      for (const elements of ['float32', 'float64'] as const) {
        const run = { cell: definition, weights: new Map(), sizes, ...sequences, initialStates };
        const error = await largestDisagreement(run, { elements });
        assert.ok(error < tolerance[elements], `${name} in ${elements}: ${error}`);
      }
    }
  });

  it('multiplies all input matrices before the loop and all recurrent matrices at once in it', () => {
    const cell = cellNamed('lstm');
    const sizes = cell.sizes(3, 2);
    const taps = new Map([['hidden', cell.output]]);
    const options = { direction: 'forward', elements: 'float32', taps } as const;
    const { model } = forwardGraph(cell, sizes, randomWeights(cell, sizes, randomNumbers(1)), options);
    const count = (operator: string): number => Buffer.from(model).toString('latin1').split(operator).length - 1;
    assert.equal(count('Gemm'), 2);
    assert.equal(count('Sigmoid'), 1);
  });

  it('computes what evaluate does for 150 random cells', async function () {
    this.timeout(60_000);
    const forms: readonly ParameterForm[] = ['folded', 'initializers', 'inputs'];
    for (let seed = 1; seed <= 150; seed++) {
      const parameters = forms[seed % forms.length]!;
      const error = await largestDisagreement(randomRun(seed), { elements: 'float64', parameters }).catch(
        (reason: unknown) => {
          throw new Error(`Random cell ${seed} cannot be run.`, { cause: reason });
        },
      );
      assert.ok(error < 1e-11, `random cell ${seed} is off by ${error}`);
    }
  });
});
