import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import type { BoundQuestion } from '../../../../src/core/bounds/boundQuestion';
import type { BoundResult } from '../../../../src/core/report';
import type { CellName } from '../../../../src/core/cells/cells';
import { checkpointOf, margins, questionOf, sampleOf, type Network } from './networkQuestion';

interface Case {
  readonly cell: CellName;
  readonly dx: number;
  readonly dh: number;
  readonly dy: number;
  readonly T: number;
  readonly x2: number;
  readonly xinf: number;
  readonly weights: Network['weights'];
  readonly margins: number[];
  readonly repeat: number;
  readonly groups: [count: number, longest: number, two: number, inf: number][];
  readonly expected: Record<string, number>;
}

// chained_rows.py beside the numbers computes the rows without this program and without logarithms of constants.
const { share, cases } = JSON.parse(readFileSync('test/fixtures/bounds/chained_rows.json', 'utf8')) as {
  share: number;
  cases: Case[];
};

async function questionAbout(example: Case): Promise<BoundQuestion> {
  const { cell, dx, dh, dy, T, x2, xinf, weights, repeat, groups } = example;
  const checkpoint = checkpointOf({ cell, inputSize: dx, hiddenSize: dh, weights });
  const values = example.margins.flatMap((margin) => Array.from({ length: repeat }, () => margin));
  const sample = sampleOf(margins(values), {
    scoreWidth: dy,
    lengths: { shortest: 1, longest: T },
    inputNorm: { two: x2, inf: xinf },
    inputGroups: groups.map(([count, longest, two, inf]) => ({ count, longest, two, inf })),
  });
  return questionOf(checkpoint, sample);
}

/** All rows, where each certified one has the share of δ that the reference took. */
function withShare(question: BoundQuestion): BoundResult[] {
  const rows = everyBound(question).filter(({ status }) => status === 'certified').length;
  return everyBound({ ...question, declarations: { ...question.declarations, delta: share * rows } });
}

describe('T2-Dudley, T3a and sharpened rows against an independent program', () => {
  cases.forEach((example, k) => {
    it(`agree for network ${k + 1}, ${example.cell}`, async () => {
      const found = withShare(await questionAbout(example));
      for (const [name, reference] of Object.entries(example.expected)) {
        const row = found.find(({ id, p }) => `${id} ${p}` === name);
        assert.ok(row?.log10 !== undefined && row.log10 !== null, `${name}: ${row?.reason}`);
        assert.ok(Math.abs(10 ** row.log10 / reference - 1) < 1e-9, `${name}: ${10 ** row.log10} ${reference}`);
      }
    });
  });
});
