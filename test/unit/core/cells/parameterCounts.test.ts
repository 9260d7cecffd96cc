import assert from 'node:assert/strict';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import { parameterCount } from '../../../../src/core/cells/parametersOf';
import { Problem } from '../../../../src/core/problem';
import { referenceCases } from '../interpret/referenceCases';

type Formula = (n: number, m: number) => number;

/** What the cells of the papers learn, with an input of n and a state of m numbers. */
const formulas: Readonly<Partial<Record<CellName, readonly (readonly [CellOptions, Formula])[]>>> = {
  vanilla: [
    [{}, (n, m) => m * n + m ** 2 + m],
    [{ bias: false }, (n, m) => m * n + m ** 2],
  ],
  mgu: [
    [{}, (n, m) => 2 * (m * n + m ** 2) + 2 * m],
    [{ bias: false }, (n, m) => 2 * (m * n + m ** 2)],
  ],
  lstm: [
    [{}, (n, m) => 4 * (m * n + m ** 2 + m)],
    [{ bias: false }, (n, m) => 4 * (m * n + m ** 2)],
    [{ peepholes: true }, (n, m) => 4 * (m * n + m ** 2 + m) + 3 * m],
    [{ coupled: true }, (n, m) => 3 * (m * n + m ** 2 + m)],
    [{ coupled: true, peepholes: true }, (n, m) => 3 * (m * n + m ** 2 + m) + 2 * m],
  ],
  gru: [
    [{}, (n, m) => 3 * (m * n + m ** 2 + m)],
    [{ bias: false }, (n, m) => 3 * (m * n + m ** 2)],
  ],
  'gru-reset-after': [
    [{}, (n, m) => 3 * (m * n + m ** 2) + 6 * m],
    [{ bias: false }, (n, m) => 3 * (m * n + m ** 2)],
  ],
  ugrnn: [[{}, (n, m) => 2 * (m * n + m ** 2 + m)]],
  intersection: [[{}, (n, m) => 4 * (m * n + m ** 2 + m)]],
  'irc-gru': [[{}, (n, m) => 3 * m * n + n * m + n]],
  'irc-lstm': [[{}, (n, m) => 4 * m * n + n * m + n]],
  'ihc-lstm': [
    [{}, (n, m) => 4 * m * n + n * m + n ** 2 + m * n + n],
    [{ gammaReads: 'residual' }, (n, m) => 4 * m * n + n * m + n ** 2 + n ** 2 + n],
  ],
  sru: [
    [{}, (n, m) => 3 * m * n + 4 * m],
    [{ bias: false }, (n, m) => 3 * m * n + 2 * m],
  ],
  'irc-sru': [[{}, (n, m) => 3 * m * n + 2 * n]],
  't-lstm': [
    [{}, (n, m) => 3 * (2 * m * n + m)],
    [{ bias: false }, (n, m) => 6 * m * n],
  ],
  'irc-t-lstm': [[{}, (n, m) => 3 * m * n + 2 * n]],
  'fast-grnn': [
    [{}, (n, m) => 2 * (m * n + m ** 2 + m) + 2],
    [{ tied: true }, (n, m) => m * n + m ** 2 + 2 * m + 2],
  ],
  'irc-fast-grnn': [[{}, (n, m) => 2 * m * n + n * m + n + 1]],
  gato: [[{}, (n, m) => 3 * (m / 2) * n + 6 * (m / 2)]],
  'gato-2': [
    [{}, (n, m) => (m / 2) * ((n + 3) * 32 + 2 * n + 5)],
    [{ units: 5 }, (n, m) => (m / 2) * ((n + 3) * 5 + 2 * n + 5)],
  ],
  'gru-diag': [[{}, (n, m) => 3 * (m * n + 2 * m)]],
  'lstm-diag': [[{}, (n, m) => 4 * (m * n + 2 * m)]],
  rhn: [[{}, (n, m) => 3 * (m * n + m ** 2 + m)]],
  brhn: [[{}, (n, m) => 2 * (m * n + m ** 2 + m)]],
  // W is complex; a phase for each unit, two angles for each of the m / 2 pairs of a layer of rotations, and modReLU's b.
  eurnn: [
    [{}, (n, m) => 2 * m * n + m + 2 * m + m],
    [{ rotations: 7, bias: false }, (n, m) => 2 * m * n + m + 7 * m],
  ],
  'statistical-recurrent-unit': [
    [{}, (n, m) => 5 * m ** 2 + m + (m ** 2 + m * n + m) + 5 * m ** 2],
    [{ averages: [0.5] }, (n, m) => m ** 2 + m + (m ** 2 + m * n + m) + m ** 2],
  ],
  'conv-rnn': [
    [{}, () => 3 * 3 ** 2],
    [{ kernel: 5 }, () => 3 * 5 ** 2],
  ],
  'conv-lstm': [
    [{}, (n, m) => 4 * (9 * n * m + 9 * m ** 2 + m)],
    [{ kernel: 5, bias: false, grid: [1, 2] }, (n, m) => 4 * (25 * n * m + 25 * m ** 2)],
  ],
};

const sizes = [
  [3, 4],
  [7, 5],
  [6, 6],
  [1, 1],
  [9, 2],
  [650, 650],
] as const;

const count = (name: CellName, n: number, m: number, options: CellOptions = {}): number =>
  parameterCount(cellNamed(name, options), n, m);

/** As PyTorch and cuDNN count: with a second bias for each gate. */
const withSecondBias = (name: 'lstm' | 'gru', n: number, m: number): number =>
  name === 'lstm' ? count('lstm', n, m) + 4 * m : count('gru-reset-after', n, m);

/** How many of a hundred weights another cell saves. */
const saved = (before: number, after: number): number => 100 * (1 - after / before);
const within = (value: number, printed: number, rounding: number): void =>
  assert.ok(Math.abs(value - printed) <= rounding / 2, `${value} is not ${printed}`);

describe('the number of weights', () => {
  it('is that of the independent references', () => {
    for (const { cell: name, options, inputSize, hiddenSize, weights } of referenceCases) {
      const cell = cellNamed(name, options);
      const twice = cell.storedTwice.reduce((total, bias) => total + weights[bias]!.length, 0);
      const total = Object.values(weights).reduce((sum, values) => sum + values.length, twice);
      assert.equal(parameterCount(cell, inputSize, hiddenSize), total, `${name} ${JSON.stringify(options)}`);
    }
  });

  for (const [name, cases] of Object.entries(formulas) as [CellName, (typeof formulas)[CellName] & {}][]) {
    it(`is that of the papers: ${name}`, () => {
      let compared = 0;
      for (const [n, m] of sizes) {
        for (const [options, formula] of cases) {
          const cell = cellNamed(name, options);
          try {
            cell.sizes(n, m);
          } catch (error) {
            assert.ok(error instanceof Problem);
            continue;
          }
          assert.equal(parameterCount(cell, n, m), formula(n, m), `${n} → ${m}, ${JSON.stringify(options)}`);
          compared++;
        }
      }
      assert.ok(compared >= 2);
    });
  }

  it('is refused where a cell does not come in a size', () => {
    for (const name of ['sru', 'intersection', 'irc-sru', 'irc-t-lstm', 'conv-rnn'] as const) {
      assert.throws(() => count(name, 3, 4), /needs an input as wide as its state/);
    }
    for (const name of ['gato', 'gato-2', 'eurnn'] as const) assert.throws(() => count(name, 3, 5), /even hidden size/);
    assert.throws(() => count('gru', 0, 4), /input size must be a whole number/);
    assert.throws(() => count('gru', 3, 2.5), /hidden size must be a whole number/);
  });
});

describe('the numbers of weights that Kuo et al. 2020 print', () => {
  it('are those of Table II: GRU, T-LSTM, FastGRNN, SRU', () => {
    const layers = (number: number, name: CellName, width: number): number => number * count(name, width, width);
    within(layers(2, 'gru', 650), 5.07e6, 1e4);
    within(layers(2, 'irc-gru', 650), 3.38e6, 1e4);
    within(saved(count('gru', 650, 650), count('irc-gru', 650, 650)), 33.4, 0.1);
    within(layers(2, 't-lstm', 650), 5.07e6, 1e4);
    within(layers(2, 'irc-t-lstm', 650), 2.54e6, 1e4);
    within(saved(count('t-lstm', 650, 650), count('irc-t-lstm', 650, 650)), 50, 0.1);
    within(count('fast-grnn', 650, 650), 1.69e6, 1e4);
    within(count('irc-fast-grnn', 650, 650), 1.27e6, 1e4);
    within(saved(count('fast-grnn', 650, 650), count('irc-fast-grnn', 650, 650)), 25, 0.1);
    within(saved(count('sru', 1150, 1150), count('irc-sru', 1150, 1150)), 0.06, 0.01);
  });

  it('are not reproduced for three layers of SRU: 11.9 million, printed 12.0', () => {
    assert.equal(3 * count('sru', 1150, 1150), 11_916_300);
  });

  it('are those of learning to learn, with either Γ', () => {
    assert.equal(count('lstm', 20, 20), 3280);
    assert.equal(count('ihc-lstm', 20, 20), 2820);
    assert.equal(count('ihc-lstm', 20, 20, { gammaReads: 'residual' }), 2820);
  });

  it('are those of image generation only if Γ is square: 420,100; with the Γ of equation 53 there are 490,100', () => {
    const lstm = count('lstm', 100, 800);
    within(lstm, 2.88e6, 1e4);
    assert.equal(count('ihc-lstm', 100, 800, { gammaReads: 'residual' }), 420_100);
    within(saved(lstm, 420_100), 85.4, 0.1);
    assert.equal(count('ihc-lstm', 100, 800), 490_100);
    within(saved(lstm, 490_100), 83, 0.1);
  });

  it('are not reproduced for the language model, 24.9 million → 15.1 million: layers of equal widths save 37.5 %, not 39.4 %', () => {
    within(saved(24.9, 15.1), 39.4, 0.1);
    for (const width of [400, 650, 1150]) {
      within(saved(count('lstm', width, width), count('irc-lstm', width, width)), 37.5, 0.1);
    }
  });
});

describe('the numbers of weights that GATO 2020 prints', () => {
  it('are those of MIMIC, with two biases a gate in GRU and LSTM', () => {
    assert.equal(count('gato', 25, 512), 20_736);
    assert.equal(withSecondBias('gru', 25, 512), 827_904);
    assert.equal(withSecondBias('lstm', 25, 512), 1_103_872);
  });

  it('are those of the adding task, with 32 units a pair', () => {
    assert.equal(count('gato-2', 2, 512), 43_264);
    assert.equal(withSecondBias('gru', 2, 512), 792_576);
    assert.equal(withSecondBias('lstm', 2, 512), 1_056_768);
  });

  it('are those of GRU and LSTM on the Penn Treebank; GATO has 1,271,400, printed 1,273,350', () => {
    assert.equal(withSecondBias('gru', 650, 1300), 7_612_800);
    assert.equal(withSecondBias('lstm', 650, 1300), 10_150_400);
    assert.equal(count('gato', 650, 1300), 1_271_400);
    // The difference is one more number for each pair and gate, as a second bias would be.
    assert.equal(1_273_350 - count('gato', 650, 1300), 3 * 650);
  });

  it('are those of GATO and LSTM on the copy task with an input of 5; GRU has 3,167,232 then, printed 3,118,080', () => {
    assert.equal(count('gato-2', 5, 1024), 138_752);
    assert.equal(withSecondBias('lstm', 5, 1024), 4_222_976);
    assert.equal(withSecondBias('gru', 5, 1024), 3_167_232);
    // No input width gives the printed number.
    assert.ok(withSecondBias('gru', 1, 1024) > 3_118_080);
  });
});
