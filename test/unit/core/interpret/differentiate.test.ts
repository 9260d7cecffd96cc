import assert from 'node:assert/strict';
import { cellNamed } from '../../../../src/core/cells/cells';
import { arrange } from '../../../../src/core/cells/composites';
import {
  complement,
  entrywise,
  inOrder,
  slice,
  transposed,
  variable,
  vector,
} from '../../../../src/core/cells/language';
import { matrix } from '../../../../src/core/cells/linearMap';
import { widthOf } from '../../../../src/core/cells/sizes';
import { calculation } from '../../../../src/core/interpret/calculation';
import { differentiate } from '../../../../src/core/interpret/differentiate';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { gradients } from '../../../../src/core/interpret/gradients';
import { cellVariants, titleOfVariant } from './cellVariants';
import { centralDifference } from './centralDifference';
import { randomRun, type RandomRun } from './randomCell';
import { randomNumbers, seedOf } from './randomNumbers';
import { largestError, referenceCases, titleOf, weightsOf } from './referenceCases';
import { variantRun } from './variantRun';

const sizes = { input: 3, hidden: 4, half: 2, third: 1 };
const h = variable('h', 'hidden');
const d = variable('d', 'hidden');

describe('the adjoint of a program', () => {
  it('is that of a vanilla cell, by hand', () => {
    const x = variable('x', 'input');
    const [W, U] = [matrix('W', 'input', 'hidden', 'input'), matrix('U', 'hidden', 'hidden', 'recurrent')];
    const b = vector('b', 'hidden');
    const after = entrywise('tanh', W(x).plus(U(h), b));
    const { of, pairs } = differentiate([[after, d]], sizes);
    const pre = d.times(complement(after.times(after)));
    assert.equal(of(b), pre);
    assert.equal(of(h), transposed(U(h).matrix!, pre));
    assert.equal(of(x), transposed(W(x).matrix!, pre));
    assert.equal(of(variable('unused', 'hidden')), undefined);
    const found = pairs.map(({ matrix: { name }, cotangent, operand }) => [name, cotangent, operand]);
    assert.deepEqual(
      new Set(found),
      new Set([
        ['U', pre, h],
        ['W', pre, x],
      ]),
    );
  });

  it('puts the slices of a vector together, with zeros where none was taken, by hand', () => {
    // u = [u₁, u₂, u₃, u₄]: taken are u₂, u₂ u₃ (which overlap) and u₄.
    const [one, two, four] = [
      slice(h, ['third'], 'third'),
      slice(h, ['third'], 'half'),
      slice(h, ['half', 'third'], 'third'),
    ];
    const cotangents = [variable('p', 'third'), variable('q', 'half'), variable('r', 'third')] as const;
    const { of } = differentiate(
      [
        [one, cotangents[0]],
        [two, cotangents[1]],
        [four, cotangents[2]],
      ],
      sizes,
    );
    const result = of(h)!;
    const { valueOf, run } = calculation([result, h, ...cotangents], new Map(), sizes);
    valueOf(h).set([5, 6, 7, 8]);
    valueOf(cotangents[0]).set([10]);
    valueOf(cotangents[1]).set([1, 2]);
    valueOf(cotangents[2]).set([3]);
    run();
    assert.deepEqual([...valueOf(result)], [0, 11, 2, 3]);
  });

  it('arranges back what was arranged twice without piling up slices', () => {
    const exchanged = [
      { skipped: ['half'], size: 'half' },
      { skipped: [], size: 'half' },
    ];
    const { of } = differentiate([[arrange(arrange(h, exchanged), exchanged), d]], sizes);
    const count = inOrder([of(h)!]).filter(({ operation }) => operation === 'slice').length;
    assert.equal(count, 2);
  });
});

/** The largest relative error of any gradient against central differences, of at most 12 numbers of each kind. */
function largestGradientError(run: RandomRun, seed: number): number {
  const random = randomNumbers(seed);
  const { cell, weights, sizes, steps, batch } = run;
  const cotangents = Float64Array.from({ length: steps * batch * widthOf(sizes, cell.output.size) }, random);
  const loss = (): number =>
    evaluate(cell, weights, sizes, run).hidden.reduce((total, value, k) => total + value * cotangents[k]!, 0);
  const found = gradients(cell, weights, sizes, run, cotangents);
  assert.deepEqual(new Set(found.weights.keys()), new Set(weights.keys()));
  const pairs: (readonly [Float64Array, Float64Array])[] = [
    [run.input, found.input],
    ...found.initialStates.map((gradient, k) => [run.initialStates[k]!, gradient] as const),
    ...[...weights].map(([name, weight]) => [weight, found.weights.get(name)!] as const),
  ];
  let worst = 0;
  for (const [values, gradient] of pairs) {
    assert.equal(gradient.length, values.length);
    const stride = Math.ceil(values.length / 12);
    for (let k = seed % stride; k < values.length; k += stride) {
      worst = Math.max(worst, largestError([gradient[k]!], [centralDifference(values, k, loss)]));
    }
  }
  return worst;
}

describe('gradients by the adjoint', () => {
  for (const variant of cellVariants) {
    it(`agree with central differences: ${titleOfVariant(variant)}`, () => {
      const seed = seedOf(titleOfVariant(variant));
      const error = largestGradientError(variantRun(variant, seed), seed + 1);
      assert.ok(error < 1e-7, `${error}`);
    });
  }

  for (const reference of referenceCases) {
    it(`agree with PyTorch: ${titleOf(reference)}`, () => {
      const cell = cellNamed(reference.cell, reference.options);
      const found = gradients(
        cell,
        weightsOf(reference),
        reference.sizes,
        {
          ...reference,
          input: Float64Array.from(reference.input),
          lengths: reference.lengths && Int32Array.from(reference.lengths),
          initialStates: reference.initialStates.map((state) => Float64Array.from(state)),
        },
        Float64Array.from(reference.cotangent),
      );
      const expected = reference.gradients;
      assert.ok(largestError(found.input, expected.input) < 1e-10);
      assert.deepEqual(new Set(found.weights.keys()), new Set(Object.keys(expected.weights)));
      for (const [name, values] of found.weights) {
        assert.ok(largestError(values, expected.weights[name]!) < 1e-10, name);
      }
      for (const [k, values] of found.initialStates.entries()) {
        assert.ok(largestError(values, expected.initialStates[k]!) < 1e-10);
      }
    });
  }

  it('agree with central differences for 100 random cells', function () {
    this.timeout(60_000);
    for (let seed = 1; seed <= 100; seed++) {
      const error = largestGradientError(randomRun(seed), seed);
      assert.ok(error < 1e-7, `random cell ${seed} is off by ${error}`);
    }
  });
});
