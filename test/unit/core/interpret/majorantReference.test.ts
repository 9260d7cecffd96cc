import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import { parametersOf } from '../../../../src/core/cells/parametersOf';
import { majorant } from '../../../../src/core/interpret/majorant';
import type { MatrixRadii, VectorRadii } from '../../../../src/core/interpret/majorantClass';

/** A class of networks and its coefficients in plain floats; see test/fixtures/majorant/calculus.py. */
interface ReferenceCase {
  readonly cell: CellName;
  readonly options: CellOptions;
  readonly p: 2 | 'inf';
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly steps: number;
  readonly input: VectorRadii;
  readonly initialStates: VectorRadii[];
  readonly matrices: Readonly<Record<string, MatrixRadii>>;
  readonly vectors: Readonly<Record<string, VectorRadii>>;
  readonly expected: { readonly inf: number; readonly two: number; readonly moves: Readonly<Record<string, number>> };
}

const file = new URL('../../../fixtures/majorant/calculus.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly ReferenceCase[];

describe('the majorant calculus beside an independent program', () => {
  for (const { cell: name, options, p, steps, input, initialStates, expected, ...given } of cases) {
    it(`gives the coefficients of ${name} after ${steps} steps, p = ${p}`, () => {
      const cell = cellNamed(name, options);
      const result = majorant(cell, {
        ...{ p, steps, input, initialStates, sizes: cell.sizes(given.inputSize, given.hiddenSize) },
        matrices: new Map(Object.entries(given.matrices)),
        vectors: new Map(Object.entries(given.vectors)),
      });
      const same = (log: number, value: number, what: string): void =>
        assert.ok(Math.abs(Math.exp(log) - value) <= 1e-9 * value, `${what}: ${Math.exp(log)} instead of ${value}`);
      same(result.logInf, expected.inf, 'largest entry');
      same(result.logTwo, expected.two, 'Euclidean norm');
      // A block that no output has seen yet moves nothing.
      for (const { name: block } of parametersOf(cell)) {
        same(result.logMoves.get(block)!, expected.moves[block] ?? 0, block);
      }
    });
  }
});
