import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cellNamed, cellNames } from '../../../../src/core/cells/cells';
import { parametersOf } from '../../../../src/core/cells/parametersOf';
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

  it('answers a case it cannot understand with the reason, and never with a number', async () => {
    const vanilla = {
      norms: { U: 0.5, W: 1, V: 1 },
      dx: 1,
      dh: 2,
      dy: 2,
      B_x: 1,
      t: 5,
      m: 100,
      gamma: 1,
      delta: 0.05,
      emp01: 0,
    };
    for (const [asked, pattern] of [
      [null, /object/],
      [{ id: 'a', row: 'T9', inputs: {} }, /no row "T9"/],
      [{ id: 'a', row: 'klinv' }, /inputs/],
      [{ id: 'a', row: 'klinv', inputs: { q: 'half', c: 1 } }, /inputs\.q/],
      [{ id: 'a', row: 'klinv', inputs: { q: 1.5, c: 1 } }, /inputs\.q/],
      [{ id: 'a', row: 'T2-Occam', inputs: { ...vanilla, norms: { U: 0.5, W: 1 } } }, /V/],
      [{ id: 'a', row: 'T2-Occam', inputs: { ...vanilla, norms: { ...vanilla.norms, Uf: 1 } } }, /no block "Uf"/],
      [{ id: 'a', row: 'T2-Occam', inputs: { ...vanilla, norms: { ...vanilla.norms, U: -1 } } }, /at least 0/],
      [{ id: 'a', row: 'T2-Occam', inputs: { ...vanilla, t: 1.5 } }, /inputs\.t/],
      [{ id: 'a', row: 'T2-Occam', inputs: { ...vanilla, delta: 0 } }, /inputs\.delta/],
      [{ id: 'a', row: 'T2-Occam', inputs: { ...vanilla, p: 1 } }, /inputs\.p/],
      [{ id: 'a', row: 'PBM', inputs: vanilla }, /fro_from_ref/],
      [{ id: 'a', row: 'lipschitz', inputs: { ...vanilla, cell: 'rhn' } }, /rhn/],
    ] as const) {
      const answer = await answerTheoremCase(asked);
      assert.ok('error' in answer, JSON.stringify(answer));
      assert.match(answer.error, pattern);
    }
  });

  it('answers the calculus for every cell in the list', async () => {
    for (const cell of cellNames) {
      const norms = { mats: { op2: 0.5, opinf: 0.6, r2inf: 0.4 }, vecs: { inf: 0.3, l2: 0.4 }, x: { minf: 1, m2: 1 } };
      const answer = await answerTheoremCase({
        id: 'a',
        row: 'calculus',
        inputs: { cell, p: 2, dh: 4, t: 3, ...norms },
      });
      assert.ok('outputs' in answer, JSON.stringify(answer));
      const { minf, D } = answer.outputs as { minf: number; D: Record<string, unknown> };
      assert.ok(minf > 0 && Number.isFinite(minf));
      assert.equal(Object.keys(D).length, parametersOf(cellNamed(cell)).length);
    }
  });

  it('reads and prints infinities as strings, and what is not available as null', async () => {
    const inputs = { norms: { U: 2, W: 1, V: 1 }, dh: 2, B_x: 0, t: 3, b: 'inf' };
    const answer = await answerTheoremCase({ id: 'a', row: 'lipschitz', inputs });
    assert.deepEqual(answer, {
      id: 'a',
      outputs: { lnH: '-inf', lnL: { U: '-inf', W: '-inf', V: '-inf' } },
    });
    const beyond = {
      norms: { U: 2, W: 'inf', V: 1 },
      dx: 1,
      dh: 2,
      dy: 2,
      B_x: 1,
      t: 3,
      m: 10,
      gamma: 1,
      delta: 0.1,
      emp01: 0,
    };
    const occam = await answerTheoremCase({ id: 'b', row: 'T2-Occam', inputs: beyond });
    assert.deepEqual(occam, { id: 'b', outputs: { bound: 1, lnN: null, Lambda: null, P: null, J: null } });
  });
});
