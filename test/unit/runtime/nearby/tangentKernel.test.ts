import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { kernelDistances, type ScoreKernel } from '../../../../src/core/bounds/nearby/tangentKernel';
import { tangentKernelNumber } from '../../../../src/core/bounds/nearby/tangentKernelRow';
import { cellNamed } from '../../../../src/core/cells/cells';
import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import type { Network } from '../../../../src/core/cells/network';
import { plainMatrixProduct } from '../../../../src/core/linalg/matrixProduct';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';
import { shuffled } from '../../../../src/core/training/epochOrder';
import { gramMatrix } from '../../../../src/runtime/nearby/gramMatrix';
import { openScoreGradients, type AnsweredSequence } from '../../../../src/runtime/nearby/scoreGradients';
import { scoreKernels } from '../../../../src/runtime/nearby/scoreKernels';

interface Case {
  readonly cell: 'vanilla' | 'lstm';
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputs: number;
  readonly everyStep: boolean;
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly sequences: readonly (readonly (readonly number[])[])[];
  readonly labels: readonly (readonly number[])[];
  readonly scores: readonly (Pick<ScoreKernel, 'label' | 'positive' | 'meanDiagonal' | 'distance'> &
    Readonly<Record<'complexity' | 'linearised', number>>)[];
}

const reference = path.resolve(import.meta.dirname, '../../../fixtures/bounds/ntk.json');
const { cases } = JSON.parse(readFileSync(reference, 'utf8')) as { readonly cases: readonly Case[] };

const networkOf = ({ cell, inputSize, hiddenSize, outputs, everyStep }: Omit<Case, 'weights'>): Network => ({
  inputSize,
  layers: [
    {
      ...{ name: 'layer1', cell: cellNamed(cell), inputSize, hiddenSize },
      ...{ direction: 'forward', reads: 'input', residual: false },
    },
  ],
  readout: { layers: [0], steps: everyStep ? 'every' : 'last', outputs, bias: true },
});

const answered = (sequences: Case['sequences']): AnsweredSequence[] =>
  sequences.map((steps) => ({ input: Float32Array.from(steps.flat()), step: steps.length - 1 }));

async function kernelsOf(
  network: Network,
  weights: ReadonlyMap<string, Float64Array>,
  sequences: readonly AnsweredSequence[],
  labels: readonly number[],
): Promise<ScoreKernel[]> {
  const gradients = await openScoreGradients(network, weights);
  const { outputs } = network.readout!;
  try {
    const found = await scoreKernels(gradients, sequences, {
      ...{ labels, outputs, seed: 0, multiply: plainMatrixProduct, progress: () => undefined },
      chosen: outputs === 1 ? [1] : Array.from({ length: outputs }, (_, k) => k),
    });
    if (typeof found === 'string') throw new Error(found);
    return found;
  } finally {
    await gradients.dispose();
  }
}

const close = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} is not ${expected}`);

describe('tangentKernel', () => {
  it('gives the numbers of an independent program: gradients by differences, eigenvalues of H', async () => {
    for (const example of cases) {
      const weights = new Map(
        Object.entries(example.weights).map(([name, values]) => [name, Float64Array.from(values)]),
      );
      const labels = example.labels.map((own) => own.at(-1)!);
      const scores = await kernelsOf(networkOf(example), weights, answered(example.sequences), labels);
      assert.equal(scores.length, example.scores.length);
      for (const [k, expected] of example.scores.entries()) {
        const found = scores[k]!;
        assert.deepEqual([found.label, found.positive], [expected.label, expected.positive]);
        close(found.meanDiagonal, expected.meanDiagonal, 1e-9);
        close(found.distance, expected.distance, 1e-5);
        const n = labels.length;
        const one = tangentKernelNumber({ seed: 0, used: n, sequences: n, classes: 2, weights: n, scores: [found] });
        close(one.bound, expected.complexity, 1e-5);
        const term = one.terms.find(([name]) => name.startsWith('Rademacher complexity of the linearised'))!;
        close(term[1]!, expected.linearised, 1e-5);
      }
    }
  });

  it('calls random labels harder than those that the network can learn, in whatever order the sequences are', async () => {
    const { normal } = seededRandom(8);
    const sequences = Array.from({ length: 60 }, () => Array.from({ length: 4 }, () => [normal(), normal()]));
    const labels = sequences.map((steps) => (steps.at(-1)![0]! > 0 ? 1 : 0));
    const shape = { cell: 'lstm', inputSize: 2, hiddenSize: 8, outputs: 2, everyStep: false } as const;
    const network = networkOf({ ...shape, sequences, labels: [], scores: [] });
    const weights = initialNetwork(network, 5);
    const found = await kernelsOf(network, weights, answered(sequences), labels);
    for (const { distance, shuffledDistance } of found) assert.ok(shuffledDistance > 1.3 * distance);
    const random = shuffled(labels, seededRandom(1));
    for (const [k, { distance }] of (await kernelsOf(network, weights, answered(sequences), random)).entries()) {
      assert.ok(distance > 1.3 * found[k]!.distance);
    }
    const order = shuffled([...sequences.keys()], seededRandom(2));
    const other = await kernelsOf(
      network,
      weights,
      answered(order.map((k) => sequences[k]!)),
      order.map((k) => labels[k]!),
    );
    for (const [k, { distance, meanDiagonal }] of other.entries()) {
      close(distance, found[k]!.distance, 1e-6);
      close(meanDiagonal, found[k]!.meanDiagonal, 1e-12);
    }
  });

  it('answers by hand: H = diag(4, 1), y = (1, −1), and nothing for H = 0', async () => {
    const y = Float64Array.from([1, -1]);
    const found = await kernelDistances(Float64Array.from([4, 0, 0, 1]), [y], plainMatrixProduct);
    assert.equal(found!.meanDiagonal, 2.5);
    close(found!.distances[0]!, Math.sqrt(1 / (4 + 2.5e-6) + 1 / (1 + 2.5e-6)), 1e-14);
    assert.equal(await kernelDistances(new Float64Array(4), [y], plainMatrixProduct), null);
    assert.equal(await kernelDistances(Float64Array.from([NaN, 0, 0, 1]), [y], plainMatrixProduct), null);
  });

  it('takes the largest over the classes, and names the mean and each of them', () => {
    const score = (label: number, distance: number): ScoreKernel => ({
      ...{ label, positive: 1, meanDiagonal: 2, distance, shuffledDistance: 3 },
    });
    const run = { seed: 7, used: 8, sequences: 9, classes: 2, weights: 5, scores: [score(0, 1), score(1, 2)] };
    const { bound, terms } = tangentKernelNumber(run);
    assert.equal(bound, 1);
    assert.deepEqual(terms, [
      ['mean over the classes', 0.75],
      ['the same with the labels shuffled', 1.5],
      ['‖Δ‖ that fits the labels, √(yᵀ H⁻¹ y)', 2],
      ['tr H/n', 2],
      ['Rademacher complexity of the linearised network, ‖Δ‖ √(tr H)/n', 1],
      ['class 0 against the others', 0.5],
      ['class 1 against the others', 1],
      ['n, sequences used', 8],
      ['m, training sequences', 9],
      ['seed of the random weights', 7],
    ]);
  });

  it('multiplies gradients in blocks as at once', async () => {
    const { normal } = seededRandom(3);
    const [n, inner] = [515, 3];
    const rows = Float64Array.from({ length: n * inner }, normal);
    const blocks = await gramMatrix(rows, n, plainMatrixProduct);
    const whole = await plainMatrixProduct(rows, rows, { rows: n, columns: n, inner });
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) assert.equal(blocks[i * n + j], whole[i * n + j]);
    }
  });
});
