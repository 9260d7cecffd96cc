import assert from 'node:assert/strict';
import { cellNamed, cellNames } from '../../../../src/core/cells/cells';
import { initialWeights } from '../../../../src/core/cells/initialWeights';
import { vectorUses } from '../../../../src/core/cells/parameterUse';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('the weights of an untrained layer', () => {
  for (const name of cellNames) {
    it(`${name}: every parameter once, in its stored shape, as float32 numbers, the same for the same seed`, () => {
      const cell = cellNamed(name);
      const sizes = cell.sizes(6, 6);
      const weights = initialWeights(cell, sizes, seededRandom(1));
      const again = initialWeights(cell, sizes, seededRandom(1));
      const other = initialWeights(cell, sizes, seededRandom(2));
      const parameters = parametersOf(cell);
      assert.deepEqual([...weights.keys()], parameters.map((parameter) => parameter.name)); // prettier-ignore
      for (const parameter of parameters) {
        const { rows, columns } = storedShape(parameter, sizes);
        const values = weights.get(parameter.name)!;
        assert.equal(values.length, rows * columns, parameter.name);
        assert.ok(values.every((value) => Math.fround(value) === value && Math.abs(value) <= 4));
        assert.deepEqual(values, again.get(parameter.name));
        if (parameter.matrix) assert.notDeepEqual(values, other.get(parameter.name), parameter.name);
      }
    });

    it(`${name}: what it says about special starts is about vectors that it has`, () => {
      const cell = cellNamed(name);
      const vectors = parametersOf(cell).filter(({ kind }) => kind === 'vector');
      for (const special of Object.keys(cell.startsAt)) {
        assert.ok(vectors.some((vector) => vector.name === special), special); // prettier-ignore
      }
    });
  }

  it('by hand: an LSTM has open forget gates, orthogonal recurrent maps, and input maps within Glorot’s limit', () => {
    const weights = initialWeights(cellNamed('lstm'), { input: 10, hidden: 20 }, seededRandom(4));
    assert.ok(weights.get('b_f')!.every((value) => value === 1));
    for (const bias of ['b_i', 'b_o', 'b_a']) assert.equal(largest(weights.get(bias)!), 0);
    const u = weights.get('U_o')!;
    for (let p = 0; p < 20; p++) {
      for (let q = 0; q < 20; q++) {
        let product = 0;
        for (let k = 0; k < 20; k++) product += u[p * 20 + k]! * u[q * 20 + k]!;
        assert.ok(Math.abs(product - Number(p === q)) < 1e-6);
      }
    }
    const limit = Math.sqrt(6 / 30);
    assert.ok(largest(weights.get('W_i')!) <= limit && largest(weights.get('W_i')!) > 0.9 * limit);
  });

  it('by hand: an IRNN starts at the identity, a GRU with closed biases, peepholes within one', () => {
    const irnn = initialWeights(
      cellNamed('vanilla', { candidateActivation: 'relu' }),
      { input: 1, hidden: 2 },
      seededRandom(1),
    );
    assert.deepEqual([...irnn.get('U')!], [1, 0, 0, 1]);
    const gru = initialWeights(cellNamed('gru'), { input: 2, hidden: 3 }, seededRandom(1));
    for (const bias of ['b_r', 'b_z', 'b_a']) assert.equal(largest(gru.get(bias)!), 0);
    const peepholes = initialWeights(
      cellNamed('lstm', { peepholes: true }),
      { input: 2, hidden: 50 },
      seededRandom(1),
    ).get('p_o')!;
    assert.ok(largest(peepholes) <= 1 && largest(peepholes) > 0.8);
  });

  it('by hand: angles on the whole circle, modReLU biases never positive, shares at a half', () => {
    const cell = cellNamed('eurnn');
    const weights = initialWeights(cell, cell.sizes(3, 64), seededRandom(9));
    assert.ok(largest(weights.get('theta_2')!) > 2.8 && largest(weights.get('theta_2')!) <= Math.fround(Math.PI));
    assert.ok(weights.get('b')!.every((value) => value <= 0 && value >= -0.011) && largest(weights.get('b')!) > 0);
    const irc = initialWeights(cellNamed('irc-lstm'), { input: 4, hidden: 4 }, seededRandom(9));
    assert.equal(largest(irc.get('alpha')!), 0);
    assert.equal(vectorUses(cellNamed('irc-lstm')).get('alpha'), 'share');
  });

  it('by hand: matrices that are added up are together as large as one', () => {
    const cell = cellNamed('statistical-recurrent-unit');
    const weights = initialWeights(cell, cell.sizes(4, 8), seededRandom(2));
    // Five orthogonal 8 × 8 matrices over √5 have ‖·‖_F² = 8 / 5 each.
    const squares = weights.get('U_r3')!.reduce((sum, value) => sum + value * value, 0);
    assert.ok(Math.abs(squares - 8 / 5) < 1e-6);
    // The average of three filters, each up to √3 times Glorot's limit √(6 / (3 + 3)): (1/3) · √3 · √3 = 1 in deviation.
    const conv = initialWeights(cellNamed('conv-rnn'), { input: 64, hidden: 64 }, seededRandom(2));
    assert.ok(['W_1', 'W_2', 'W_3'].every((name) => largest(conv.get(name)!) <= Math.sqrt(3)));
    assert.ok(Math.max(...['W_1', 'W_2', 'W_3'].map((name) => largest(conv.get(name)!))) > 1);
  });
});
