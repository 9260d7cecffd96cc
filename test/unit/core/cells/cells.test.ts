import assert from 'node:assert/strict';
import { cellNamed, cells, type CellName } from '../../../../src/core/cells/cells';
import { cell } from '../../../../src/core/cells/cell';
import { mix, sum, variable, vector } from '../../../../src/core/cells/language';
import { matrix } from '../../../../src/core/cells/linearMap';
import { parametersOf } from '../../../../src/core/cells/parametersOf';

const names = Object.keys(cells) as CellName[];
const summary = (name: CellName, bias = true): string =>
  parametersOf(cellNamed(name, { bias }))
    .map((p) => `${p.name} ${p.gate ?? '-'} ${p.role} ${p.rows}${p.columns ? `×${p.columns}` : ''}`)
    .join('; ');

describe('the language of cells', () => {
  it('makes the same object of the same structure', () => {
    const h = variable('h', 'hidden');
    assert.equal(mix(h, h, h), mix(variable('h', 'hidden'), h, h));
    assert.notEqual(mix(h, h, vector('h', 'hidden')), mix(h, h, h));
  });

  it('says which operation was given a wrong size', () => {
    const x = variable('x', 'input');
    const U = matrix('U_f', 'hidden', 'hidden', 'recurrent');
    assert.throws(() => U(x as never), /linear U_f takes operands of hidden size, but was given one of input size/);
    assert.throws(() => variable('h', 'hidden').plus(x as never), /operation sum takes/);
    assert.throws(() => sum([]), /sum needs at least one term/);
  });

  it('refuses a name that stands for two parameters', () => {
    const heading = {
      ...{ name: 'odd', source: '', parent: null, stateBound: { text: '', unbounded: [] } },
      ...{ options: {}, states: { h: 'hidden' }, letters: {} },
    } as const;
    const define = (): unknown =>
      cell(heading, (x) => {
        const h = matrix('A', 'input', 'hidden', 'input')(x).plus(vector('A', 'hidden'));
        return { gates: {}, states: { h }, output: h };
      });
    assert.throws(
      define,
      /The cell odd uses A as a dense matrix from input to hidden size and as a vector of hidden size/,
    );
  });
});

describe('the list of cells', () => {
  it('gives each cell under its own name', () => {
    for (const name of names) assert.equal(cellNamed(name).name, name);
  });

  it('finds the parameters of each gate', () => {
    assert.equal(
      summary('vanilla'),
      'W candidate input hidden×input; U candidate recurrent hidden×hidden; b candidate bias hidden',
    );
    assert.equal(
      summary('gru-reset-after'),
      'W_r reset input hidden×input; U_r reset recurrent hidden×hidden; b_r reset bias hidden; ' +
        'W_z update input hidden×input; U_z update recurrent hidden×hidden; b_z update bias hidden; ' +
        'W_a candidate input hidden×input; b_a candidate bias hidden; ' +
        'U_a candidate recurrent hidden×hidden; b_u candidate bias hidden',
    );
    // The candidate of an MGU reads the update gate; the matrices of that gate are not the candidate's for it.
    assert.equal(
      summary('mgu', false),
      'W_r update input hidden×input; U_r update recurrent hidden×hidden; ' +
        'W_a candidate input hidden×input; U_a candidate recurrent hidden×hidden',
    );
  });
});
