import assert from 'node:assert/strict';
import { cell, type Cell } from '../../../../src/core/cells/cell';
import { cellNamed, cellNames, type CellName } from '../../../../src/core/cells/cells';
import { listedCell, listedCount, whyNotCounted } from '../../../../src/core/cells/listedCell';
import { matrix } from '../../../../src/core/cells/linearMap';
import { savings } from '../../../../src/core/cells/savings';
import { countOrNull, weightsFormula } from '../../../../src/core/cells/weightsFormula';

/** Computes a printed formula: products are written without a sign. */
function valueOf(text: string, N: number, M: number): number {
  const [, dividend = '1', divisor = '1', inside = text] = /^(\d+)?(?:\/(\d+) )?\((.*)\)$/.exec(text) ?? [];
  const terms = inside.split(/ (?=[+−])/).map((term) => {
    const [, sign, factor, letters] = /^(\+ |− |−)?(\d*)(.*)$/.exec(term)!;
    const values: Readonly<Record<string, number>> = { '': 1, MN: M * N, 'M²': M * M, 'N²': N * N, M, N };
    return (sign?.startsWith('−') ? -1 : 1) * Number(factor || 1) * values[letters!]!;
  });
  return (Number(dividend) / Number(divisor)) * terms.reduce((total, term) => total + term, 0);
}

const sizes = [
  [2, 2],
  [12, 12],
  [7, 10],
  [128, 4],
] as const;

describe('the number of weights of a layer', () => {
  for (const name of cellNames) {
    it(`${name}: the formula that is printed gives the count, in every size that the cell comes in`, () => {
      const formula = weightsFormula(listedCell(name));
      assert.ok(formula);
      let compared = 0;
      for (const [n, m] of sizes) {
        const count = countOrNull(listedCell(name), n, m);
        if (count === null) continue;
        assert.equal(valueOf(formula.text, n, m), count, `${formula.text} for ${n} → ${m}`);
        assert.equal(listedCount(name, { inputSize: n, hiddenSize: m }), count);
        compared++;
      }
      assert.ok(compared >= 2);
    });
  }

  it('is written as papers do', () => {
    const text = (name: CellName): string => weightsFormula(cellNamed(name))!.text;
    assert.equal(text('lstm'), '4(MN + M² + M)');
    assert.equal(text('irc-gru'), '4MN + N');
    assert.equal(text('gato'), '3/2 (MN + 2M)');
    assert.equal(text('conv-rnn'), '27');
    assert.deepEqual(weightsFormula(cellNamed('sru')), { text: '3M² + 4M', isConstant: false, condition: 'N = M' });
    assert.equal(weightsFormula(cellNamed('eurnn'))!.condition, 'M even');
  });

  it('has minus signs where a layer is one entry narrower, by hand', () => {
    const narrower = (recurrent: 'hidden' | 'rest'): Cell =>
      cell(
        {
          ...{ name: 'narrower', source: '', parent: null, stateBound: { text: '', unbounded: [] }, options: {} },
          ...{ states: { h: 'hidden', r: 'rest' }, letters: {} },
          sizes: (_inputSize, hiddenSize) => ({ rest: hiddenSize - 1 }),
        },
        (x, { h, r }) => {
          const newH = matrix(
            'W',
            'input',
            'hidden',
            'input',
          )(x).plus(
            matrix('U', 'hidden', 'hidden', 'recurrent')(h),
            recurrent === 'hidden'
              ? matrix('P', 'hidden', 'hidden', 'inner')(h)
              : matrix('P', 'rest', 'hidden', 'inner')(r),
          );
          return { gates: {}, states: { h: newH, r: matrix('W_r', 'input', 'rest', 'input')(x) }, output: newH };
        },
      );
    // W has M N numbers, U and P have M², W_r has (M − 1) N; for N = 7 and M = 3: 42 + 18 − 7.
    const text = weightsFormula(narrower('hidden'))!.text;
    assert.equal(text, '2MN + 2M² − N');
    assert.equal(valueOf(text, 7, 3), 53);
    assert.equal(countOrNull(narrower('hidden'), 7, 3), 53);
    // And P has M (M − 1).
    assert.equal(weightsFormula(narrower('rest'))!.text, '2MN + 2M² − M − N');
  });

  it('is null where there is no such layer, and then it is said why', () => {
    const unequal = { inputSize: 3, hiddenSize: 4 };
    assert.equal(listedCount('sru', unequal), null);
    assert.match(whyNotCounted('sru', unequal), /needs an input as wide as its state/);
    assert.equal(listedCount('gato', { inputSize: 3, hiddenSize: 5 }), null);
    assert.match(whyNotCounted('gato', { inputSize: 3, hiddenSize: 5 }), /even hidden size/);
    assert.equal(whyNotCounted('gato', unequal), '');
    assert.deepEqual(cellNames.filter((name) => listedCount(name, null) !== null), ['conv-rnn']); // prettier-ignore
    assert.equal(listedCount('conv-rnn', unequal), 27);
  });

  it('is compared with that of the parent in the same size', () => {
    const large = { inputSize: 650, hiddenSize: 650 };
    assert.equal(savings('irc-gru', large), '33.4 % fewer weights');
    assert.equal(savings('irc-t-lstm', large), '50.0 % fewer weights');
    assert.equal(savings('irc-fast-grnn', large), '25.0 % fewer weights');
    assert.equal(savings('intersection', large), '100.0 % more weights');
    assert.equal(savings('conv-rnn', large), 'over 99.9 % fewer weights');
    assert.equal(savings('lstm', large), null);
    assert.equal(savings('irc-sru', { inputSize: 3, hiddenSize: 4 }), null);
  });
});
