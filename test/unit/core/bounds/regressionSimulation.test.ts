import assert from 'node:assert/strict';
import { boundSample } from '../../../../src/core/bounds/boundSample';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import type { Declarations } from '../../../../src/core/declarations';
import { seededRandom, type SeededRandom } from '../../../../src/core/linalg/seededRandom';
import type { RegressionQuantity } from '../../../../src/core/report';
import { checkpointOf, questionOf, type Network } from './networkQuestion';

/**
 * A population whose every expectation is a finite sum: three inputs of −1, 0 or 1, and two labels that depend on the last
 * input, one above and one below what is to be predicted. 54 equally likely sequences.
 */
const population = Array.from({ length: 54 }, (_, k) => {
  const code = k >> 1;
  const inputs = [0, 1, 2].map((t) => (Math.floor(code / 3 ** t) % 3) - 1);
  return { inputs, label: 0.3 * inputs[2]! + (k % 2 === 0 ? 0.25 : -0.25) };
});

interface Weights {
  readonly U: number[][];
  readonly W: number[][];
  readonly b: number[];
  readonly V: number[][];
  readonly c: number[];
}

function randomWeights(random: SeededRandom): Weights {
  const draw = (n: number, scale: number): number[] => Array.from({ length: n }, () => scale * random.normal());
  return {
    U: [draw(2, 0.3), draw(2, 0.3)],
    W: [draw(1, 0.5), draw(1, 0.5)],
    b: draw(2, 0.1),
    V: [draw(2, 0.4)],
    c: draw(1, 0.1),
  };
}

function answer({ U, W, b, V, c }: Weights, inputs: readonly number[]): number {
  let h = [0, 0];
  for (const x of inputs) {
    const read = h;
    h = U.map((row, i) => Math.tanh(row[0]! * read[0]! + row[1]! * read[1]! + W[i]![0]! * x + b[i]!));
  }
  return V[0]![0]! * h[0]! + V[0]![1]! * h[1]! + c[0]!;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the row is about, for each sequence of the population. */
function lossesOf(weights: Weights, { kind, scale }: Pick<RegressionQuantity, 'kind' | 'scale'>): number[] {
  return population.map(({ inputs, label }) => {
    const distance = Math.abs(answer(weights, inputs) - label);
    if (kind === 'exceedance') return distance > scale ? 1 : 0;
    const share = Math.min(1, distance / scale);
    return kind === 'absolute' ? share : share * share;
  });
}

const drawn = (random: SeededRandom, n: number): number[] =>
  Array.from({ length: n }, () => Math.floor(random.uniform(0, population.length)));

async function rowsOf(weights: Weights, training: readonly number[], heldOut: readonly number[], loss: Declarations) {
  const network: Network = { cell: 'vanilla', inputSize: 1, hiddenSize: 2, weights: { ...weights } };
  const checkpoint = checkpointOf(network);
  const members = [...training, ...heldOut].map((k) => population[k]!);
  const answers = population.map(({ inputs }) => answer(weights, inputs));
  const sample = boundSample({
    checkpoint,
    sequences: {
      ...{ count: members.length, inputs: new Map(), fixed: new Map(), lengths: null, holdout: null },
      labels: { kind: 'values', steps: 1, width: 1, values: Float64Array.from(members, ({ label }) => label) },
    },
    observations: {
      lengths: new Int32Array(members.length).fill(3),
      inputNorm: { two: 1, inf: 1 },
      scores: { steps: 1, width: 1, values: Float64Array.from([...training, ...heldOut], (k) => answers[k]!) },
      ...{ gates: [], agreement: null, readoutCompared: true, notes: [] },
    },
    split: { training: training.map((_, i) => i), heldOut: heldOut.map((_, i) => training.length + i) },
    declarations: loss,
  });
  return everyBound(await questionOf(checkpoint, sample, loss));
}

describe('The rows of a regression, on samples from a population that is known', () => {
  for (const loss of [{}, { kind: 'squared', scale: 0.5 }] as const) {
    it(`never fall below the truth, for the network of many that fits its sample best by luck: ${JSON.stringify(loss)}`, async () => {
      const declarations: Declarations = {
        ...{ loss, architectureFixed: true, inputDomain: { norm2: 1, normInf: 1, maxLength: 3 } },
      };
      let luckier = 0;
      let meaningful = 0;
      for (let seed = 0; seed < 60; seed++) {
        const random = seededRandom(seed);
        const training = drawn(random, 1500);
        const candidates = Array.from({ length: 30 }, () => randomWeights(random));
        // It knows the truth, and takes the network whose sample flatters it most.
        const quantity = { kind: 'exceedance', scale: 0.5 } as const;
        const luck = candidates.map((weights) => {
          const losses = lossesOf(weights, quantity);
          return meanOf(losses) - meanOf(training.map((k) => losses[k]!));
        });
        const chosen = candidates[luck.indexOf(Math.max(...luck))]!;
        for (const row of await rowsOf(chosen, training, drawn(random, 400), declarations)) {
          const truth = meanOf(lossesOf(chosen, row.quantity!));
          assert.ok(row.value! >= truth, `seed ${seed}, ${row.id} ${row.p}: ${row.value} is below ${truth}`);
          if (row.id === 'Reg-exceed-Occam')
            luckier += truth > row.terms.find(({ name }) => name.endsWith('than a'))!.value! ? 1 : 0;
          if (row.value! < 0.9) meaningful += 1;
        }
      }
      // The sample does flatter the chosen network, so a row that took it at its word would fail; and the rows do say something.
      assert.ok(luckier > 60 && meaningful > 200, `${luckier}, ${meaningful}`);
    });
  }
});
