import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { answerTheoremCase } from '../../../../src/core/bounds/theoremCase';

interface Case {
  id: string;
  row: string;
  inputs: Record<string, unknown>;
  expected: Record<string, unknown>;
  tol: { rel: number; abs: number };
}

const { cases } = JSON.parse(readFileSync('test/fixtures/vectors.json', 'utf8')) as { cases: Case[] };

function compare(actual: unknown, expected: unknown, tol: Case['tol'], path: string): void {
  if (typeof expected === 'number') {
    assert.equal(typeof actual, 'number', `${path} is ${String(actual)}`);
    const difference = Math.abs((actual as number) - expected);
    assert.ok(
      difference <= Math.max(tol.abs, tol.rel * Math.abs(expected)),
      `${path}: ${String(actual)} ≠ ${expected}`,
    );
  } else if (typeof expected === 'object' && expected !== null) {
    assert.deepEqual(Object.keys(actual as object).sort(), Object.keys(expected).sort(), `${path}: keys`);
    for (const [key, value] of Object.entries(expected)) {
      compare((actual as Record<string, unknown>)[key], value, tol, `${path}.${key}`);
    }
  } else assert.deepEqual(actual, expected, path);
}

describe('recurscope theorem', () => {
  it('has all the reference cases', () => assert.equal(cases.length, 84));

  for (const { id, row, inputs, expected, tol } of cases) {
    it(`reproduces ${id}, ${row}`, async () => {
      const answer = await answerTheoremCase({ id, row, inputs });
      assert.ok('outputs' in answer, 'error' in answer ? answer.error : '');
      assert.equal(answer.id, id);
      compare(answer.outputs, expected, tol, id);
    });
  }
});
