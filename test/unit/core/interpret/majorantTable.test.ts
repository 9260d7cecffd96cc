import assert from 'node:assert/strict';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import { parametersOf } from '../../../../src/core/cells/parametersOf';
import { majorant } from '../../../../src/core/interpret/majorant';
import type { MatrixRadii, VectorRadii } from '../../../../src/core/interpret/majorantClass';
import { formulas, type Formula } from './majorantFormulas';
import { randomNumbers } from './randomNumbers';

const width = 4;

describe('one step of the majorant calculus', () => {
  for (const [name, formula] of Object.entries(formulas) as [CellName, Formula][]) {
    it(`has the coefficients of table 4.1: ${name}`, () => {
      const random = randomNumbers(name.length);
      const between = (low: number, high: number): number => low + ((high - low) * (random() + 1)) / 2;
      for (let trial = 0; trial < 40; trial++) {
        const scale = [0.2, 1, 4][trial % 3]!;
        const matrices = new Map<string, MatrixRadii>();
        const vectors = new Map<string, VectorRadii>();
        const radii = (): VectorRadii => {
          const inf = between(0, scale);
          return { inf, two: inf * between(1, 2) };
        };
        const cell = cellNamed(name, formula.options);
        for (const { name: block, kind } of parametersOf(cell)) {
          const { inf, two } = radii();
          if (kind === 'matrix') matrices.set(block, { two, inf: two * between(1, 2), maxRow: inf });
          else vectors.set(block, { two, inf });
        }
        const [x, h] = [radii(), radii()];
        const known = <T>(of: ReadonlyMap<string, T>, block: string): T => {
          assert.ok(of.has(block), `the formula asks for ${block}`);
          return of.get(block)!;
        };
        for (const p of [2, 'inf'] as const) {
          const { states } = majorant(cell, {
            ...{ p, matrices, vectors, input: x, steps: 1, initialStatesMove: true },
            sizes: cell.sizes(width, name.startsWith('gato') ? 2 * width : width),
            initialStates: cell.states.map(() => h),
          });
          const expected = formula.coefficients({
            ...{ p, width, x, h },
            matrix: (block) => known(matrices, block),
            vector: (block) => known(vectors, block),
          });
          for (const [pair, value] of Object.entries(expected)) {
            const [to, from] = pair.split(' ') as [string, string];
            const actual = Math.exp(states.get(to)!.logMoves.get(from)!);
            const said = `p = ${p}, ${to} by ${from}: ${actual}, and ${value} by the table`;
            assert.ok(actual <= value * (1 + 1e-12), said);
            assert.ok(actual >= value * (formula.exact ? 1 - 1e-12 : 0.5), said);
          }
        }
      }
    });
  }

  it('keeps Euclidean lengths in a EURNN, and turns by no more than the angles', () => {
    const cell = cellNamed('eurnn');
    const matrices = new Map([['W', { two: 0.5, inf: 0.7, maxRow: 0.4 }]]);
    const vectors = new Map(
      parametersOf(cell)
        .filter(({ kind }) => kind === 'vector')
        .map(({ name }) => [name, { two: 3, inf: 2, high: 0 }] as const),
    );
    const { states, notCertifiable } = majorant(cell, {
      ...{ p: 2, matrices, vectors, input: { two: 1, inf: 1 }, steps: 1, initialStatesMove: true },
      sizes: cell.sizes(3, 4),
      initialStates: [{ two: 1.5, inf: 1.5 }],
    });
    const moves = states.get('z')!.logMoves;
    assert.equal(notCertifiable, null);
    assert.ok(Math.abs(Math.exp(moves.get('z')!) - 1) < 1e-12);
    for (const angles of ['phi', 'theta_1', 'theta_2', 'phi_1', 'phi_2']) {
      assert.ok(Math.abs(Math.exp(moves.get(angles)!) - 1.5) < 1e-12, angles);
    }
  });
});
