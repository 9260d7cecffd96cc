import assert from 'node:assert/strict';
import { bartlettComplexity, type UnrolledNetwork } from '../../../../src/core/bounds/literature/bartlett';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import { golowichComplexity } from '../../../../src/core/bounds/literature/golowich';
import { logTuSum } from '../../../../src/core/bounds/literature/tuHeTao';
import { logGrowth, sigmoidWeights } from '../../../../src/core/bounds/literature/vapnikChervonenkis';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import type { BoundResult } from '../../../../src/core/report';
import { checkpointOf, margins, questionOf, sampleOf, smallVanilla, type Network } from './networkQuestion';

const sample = sampleOf(margins(Array.from({ length: 5_000 }, (_, k) => (k % 100 === 0 ? -1 : 4))));

const rowsOf = async (network: Network, outputs = 2): Promise<BoundResult[]> =>
  everyBound(await questionOf(checkpointOf(network), { ...sample, scoreWidth: outputs }));

const row = (rows: readonly BoundResult[], id: string): BoundResult => rows.find((candidate) => candidate.id === id)!;

const gaps = ({ assumptions }: BoundResult): Record<string, string> =>
  Object.fromEntries(assumptions.flatMap(({ gap, state }) => (gap === undefined ? [] : [[gap, state]])));

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12 * Math.abs(expected), `${actual} ${expected}`);

const gatedWeights = (letters: string): Network['weights'] =>
  Object.fromEntries([
    ...[...letters].flatMap((g) => [
      [`U${g}`, [[0.2]]],
      [`W${g}`, [[0.3]]],
      [`b${g}`, [0.1]],
    ]),
    ['V', [[1], [-1]]],
  ]) as Network['weights'];

/** Two filters of two numbers in each family. */
const convolutional = (u1: number[], u2: number[]): Network => ({
  cell: 'conv-rnn',
  options: { kernel: 2 },
  inputSize: 2,
  hiddenSize: 2,
  weights: {
    ...{ U1: [u1], U2: [u2], W1: [[0.5, 0.25]], W2: [[0.25, 0.5]], V1: [[1, 0.5]], V2: [[0.5, 1]] },
    V: [
      [1, 0],
      [0, 1],
    ],
  },
});

describe('Formulas of the literature', () => {
  it('adds (l + 1) β^l as Tu, He & Tao do: (L + L²)/2 at β = 1, 2.75 for three steps at β = 1/2', () => {
    close(Math.exp(logTuSum(0, 100)), 5050);
    close(Math.exp(logTuSum(Math.log(0.5), 3)), 2.75);
    assert.equal(logTuSum(-Infinity, 10), 0);
  });

  it('gives Golowich’s complexity of one step and two layers: (√(4 ln 2) + 1) · 2 · 3/√4', () => {
    const question = { inputSize: 1, sequences: 4, logStep: Math.log(2), logReadout: Math.log(3), logInput: 0 };
    close(Math.exp(golowichComplexity({ ...question, steps: 1 })), (Math.sqrt(4 * Math.LN2) + 1) * 3);
    // In the first of two steps one input of two numbers, x₊ and x₋, waits.
    const two = (Math.sqrt(6 * Math.LN2) + 1) * 3 * Math.sqrt(4 * (4 + 2));
    close(Math.exp(golowichComplexity({ ...question, steps: 2 })), two / 2);
  });

  it('counts the decisions of one tanh unit after one step: five weights, two units', () => {
    const unit = { inputSize: 1, hiddenSize: 1, outputs: 1, steps: 1 };
    assert.equal(sigmoidWeights(unit), 5);
    const one = 50 * Math.LN2 + 50 * Math.log(360) + 5 * (1 + Math.log(2));
    close(logGrowth(unit, 10), one);
    // Three classes are six ordered pairs; each has a readout of its own size.
    const three = { ...unit, outputs: 3 };
    assert.equal(sigmoidWeights(three), 9);
    close(logGrowth(three, 9), 6 * (162 * Math.LN2 + 90 * Math.log(648) + 9));
  });

  it('lets Bartlett’s complexity grow with the length, and exponentially only where ‖[U W]‖ is above 1', () => {
    const network: UnrolledNetwork = {
      ...{
        inputSize: 2,
        hiddenSize: 3,
        outputs: 2,
        steps: 10,
        sequences: 1_000,
        hasBias: false,
        hasReadoutBias: false,
      },
      ...{ logStep: -0.1, logReadout: 0, logStepRows: 0.5, logReadoutRows: 0.5, logData: 3 },
    };
    const at = (steps: number, logStep: number): number => bartlettComplexity({ ...network, steps, logStep });
    assert.ok(at(11, -0.1) > at(10, -0.1) && at(1000, -0.1) < at(10, -0.1) + 1.5 * Math.log(100) + 1);
    assert.equal(at(10, -0.1), at(10, -5));
    assert.ok(Math.abs(at(1000, 0.2) - at(900, 0.2) - 20) < 0.5);
  });
});

describe('The ledger of gaps', () => {
  it('shows with each printed theorem the gaps of its proof, and whether they matter here', async () => {
    const vanilla = await rowsOf(smallVanilla);
    assert.deepEqual(gaps(row(vanilla, 'T2-printed')), {
      ...{ G22: 'assumed', G1: 'violated', G2: 'violated', G14: 'met' },
      ...{ G3: 'met', G4: 'met', G5: 'met', G6: 'met' },
    });
    const three = gaps(row(vanilla, 'T3a-printed'));
    assert.ok(three['G3'] === 'violated' && three['G7'] === 'violated' && three['G8'] === 'violated');
    assert.equal(gaps(row(vanilla, 'T3b-printed'))['G9'], 'violated');
    const lstm = gaps(
      row(await rowsOf({ cell: 'lstm', inputSize: 1, hiddenSize: 1, weights: gatedWeights('fiao') }), 'T5-printed'),
    );
    assert.ok(
      lstm['G10'] === 'unknown' && lstm['G11'] === 'met' && lstm['G12'] === 'violated' && lstm['G3'] === 'violated',
    );
    const mgu = gaps(
      row(await rowsOf({ cell: 'mgu', inputSize: 1, hiddenSize: 1, weights: gatedWeights('ar') }), 'T4-printed'),
    );
    assert.ok(mgu['G10'] === 'unknown' && mgu['G12'] === undefined);
    assert.equal(gaps(row(await rowsOf(convolutional([0.5, 0], [0, 0.5])), 'T6-printed'))['G13'], 'met');
  });

  it('shows our own with every certified row about a class', async () => {
    for (const { id, status, value, assumptions } of await rowsOf(smallVanilla)) {
      if (status !== 'certified' || value === null) continue;
      const shown = new Set(assumptions.map(({ gap }) => gap));
      for (const gap of ['G18', 'G19', 'G20', 'G21', 'G22', 'G23']) assert.ok(shown.has(gap), `${id} ${gap}`);
    }
  });

  it('says which certificates rest on a theorem that is not proved again', async () => {
    const rows = await rowsOf(smallVanilla);
    for (const [id, theorem] of [
      ['T3b-McAllester', /Lemma 1 of Neyshabur/],
      ['Bartlett-2017', /Theorem 3.3/],
    ] as const) {
      const last = row(rows, id).assumptions.at(-1)!;
      assert.equal(last.state, 'assumed');
      assert.match(last.text, theorem);
      assert.match(last.text, /not proved again here/);
    }
  });
});

describe('Which comparison rows a network has', () => {
  const relu: Network = {
    ...{ cell: 'vanilla', options: { candidateActivation: 'relu', bias: false }, inputSize: 1, hiddenSize: 1 },
    weights: { U: [[0.5]], W: [[0.5]], V: [[1]] },
  };

  it('gives Golowich’s row a share of δ only where the theorem can be about the network', async () => {
    const scored = await rowsOf(relu, 1);
    const golowich = row(scored, 'Golowich-2018');
    assert.ok(golowich.status === 'certified' && golowich.value !== null);
    const biased = await rowsOf({ ...relu, weights: { ...relu.weights, c: [0.1] } }, 1);
    assert.equal(row(biased, 'Golowich-2018').status, 'notApplicable');
    assert.match(row(biased, 'Golowich-2018').reason!, /without biases/);
    const classes = await rowsOf({ ...relu, weights: { ...relu.weights, V: [[1], [-1]] } });
    assert.match(row(classes, 'Golowich-2018').reason!, /one score/);
    assert.match(row(await rowsOf(smallVanilla), 'Golowich-2018').reason!, /homogeneous/);
    const certified = (rows: BoundResult[]): number => Math.round(0.05 / row(rows, 'T2-Occam').delta!);
    assert.equal(certified(scored), certified(classes) + 1);
  });

  it('computes what Tu’s theorem lets it compute, and no number', async () => {
    const tu = row(await rowsOf(relu, 1), 'Tu-2020');
    assert.ok(tu.status === 'printed' && tu.value === null && tu.log10 === null);
    assert.match(tu.reason!, /population/);
    const sum = tu.terms.find(({ name }) => name === 'log10 Λ')!.value!;
    // Σ (l + 1)/2^l over ten steps is 4 − 12/2^10 · 2.
    close(10 ** sum, 4 - 12 / 512);
  });

  it('links state space models where the state is updated linearly', async () => {
    const ids = async (network: Network): Promise<string[]> =>
      (await rowsOf(network)).flatMap(({ id }) => (id.startsWith('SSM') ? [id] : []));
    const options: CellOptions = { candidateActivation: 'linear' };
    assert.deepEqual(await ids({ ...smallVanilla, options }), ['SSM-Racz-2025', 'SSM-Liu-Li-2024']);
    assert.deepEqual(await ids(smallVanilla), []);
  });
});

describe('Convolutional RNNs with averaged channels', () => {
  it('have the same T6-fixed rows whenever their mean filters are the same', async () => {
    const [one, other] = [
      await rowsOf(convolutional([0.5, 0], [0, 0.5])),
      await rowsOf(convolutional([0.25, 0.25], [0.25, 0.25])),
    ];
    for (const { id, p, log10 } of one) {
      if (!id.startsWith('T6-fixed')) continue;
      assert.equal(log10, other.find((candidate) => candidate.id === id && candidate.p === p)!.log10, id);
    }
    assert.notEqual(row(one, 'CALC-Occam').nats, row(other, 'CALC-Occam').nats);
    assert.ok(row(one, 'T6-fixed-Occam').nats! < row(one, 'CALC-Occam').nats!);
  });

  it('are left to the calculus where their activation has no theorem', async () => {
    const network = convolutional([0.5, 0], [0, 0.5]);
    const rows = await rowsOf({ ...network, options: { kernel: 2, candidateActivation: 'softplus' } });
    assert.equal(row(rows, 'T6-fixed-Occam').status, 'notApplicable');
    assert.match(row(rows, 'T6-fixed-Occam').reason!, /tanh or relu/);
  });
});
