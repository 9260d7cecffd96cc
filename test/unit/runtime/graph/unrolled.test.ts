import assert from 'node:assert/strict';
import { readModel } from '../../../../src/formats/onnx/readModel';
import type { OnnxNode } from '../../../../src/formats/onnx/model';
import { forwardGraph } from '../../../../src/runtime/graph/forwardGraph';
import { cellVariants, titleOfVariant } from '../../core/interpret/cellVariants';
import { randomRun, type RandomRun } from '../../core/interpret/randomCell';
import { randomNumbers, seedOf } from '../../core/interpret/randomNumbers';
import { variantRun } from '../../core/interpret/variantRun';
import { largestDisagreement } from './graphRun';
import { webGpuOperators } from './webGpuOperators';

/** The same cell and weights on other sequences. */
function withSteps(run: RandomRun, steps: number, seed: number): RandomRun {
  const random = randomNumbers(seed);
  return { ...run, steps, input: Float64Array.from({ length: steps * run.batch * run.sizes.input }, random) };
}

function nodesOf({ cell, sizes, weights, direction }: RandomRun, steps: number): readonly OnnxNode[] {
  const states = cell.states.map(({ name, after }) => [`state ${name}`, after] as const);
  const taps = new Map([['output', cell.output], ...Object.entries(cell.gates), ...states]);
  const options = { direction, elements: 'float32', form: { steps }, parameters: 'inputs', taps } as const;
  const { nodes } = readModel(forwardGraph(cell, sizes, weights, options).model, 'unrolled.onnx').graph;
  return nodes;
}

describe('the unrolled graph', () => {
  for (const variant of cellVariants) {
    const seed = seedOf(titleOfVariant(variant));
    const run = variantRun(variant, seed);

    it(`computes what evaluate does: ${titleOfVariant(variant)}`, async () => {
      const parameters = (['folded', 'initializers', 'inputs'] as const)[seed % 3]!;
      const error = await largestDisagreement(withSteps(run, 5, 5), {
        ...{ elements: 'float64', parameters, form: { steps: 5 } },
      });
      assert.ok(error < 1e-12, String(error));
    });

    it(`needs no operator that a graphics card lacks: ${titleOfVariant(variant)}`, () => {
      const nodes = nodesOf(run, 10);
      const others = nodes.filter(({ operator }) => !webGpuOperators.has(operator));
      assert.deepEqual(
        others.map(({ operator }) => operator),
        [],
      );
      const tensors = nodes.map(({ inputs, outputs }) => inputs.length + outputs.length);
      assert.ok(Math.max(...tensors) <= 16);
    });
  }

  it('computes what evaluate does over 1 and 20 steps, and over 3 in float32, for every cell', async () => {
    // Over more steps, the rounding of a network that forgets nothing adds up.
    const settings = [
      ['float64', 1, 1e-12],
      ['float64', 20, 1e-12],
      ['float32', 3, 1e-6],
    ] as const;
    const first = cellVariants.filter(({ name }, k) => cellVariants.findIndex((other) => other.name === name) === k);
    for (const variant of first) {
      const seed = seedOf(variant.name);
      for (const [elements, steps, tolerance] of settings) {
        const run = withSteps(variantRun(variant, seed), steps, seed + 1);
        const error = await largestDisagreement(run, { elements, form: { steps } });
        assert.ok(error < tolerance, `${titleOfVariant(variant)}, ${steps} steps in ${elements}: ${error}`);
      }
    }
  });

  it('computes what evaluate does for 150 random cells', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const run = randomRun(seed);
      const error = await largestDisagreement(run, { elements: 'float64', form: { steps: run.steps } });
      assert.ok(error < 1e-11, `random cell ${seed} is off by ${error}`);
    }
  });

  it('multiplies with the input matrices once, before all steps, and with the recurrent ones once a step', () => {
    const lstm = cellVariants.find(({ name }) => name === 'lstm')!;
    const nodes = nodesOf(variantRun(lstm, 1), 20);
    assert.equal(nodes.filter(({ operator }) => operator === 'Gemm').length, 21);
  });
});
