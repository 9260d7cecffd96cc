import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import type { CellName } from '../../../../src/core/cells/cells';
import { checkpointOf, margins, questionOf, sampleOf, type Network } from './networkQuestion';

interface Case {
  cell: CellName;
  dx: number;
  dh: number;
  dy: number;
  T: number;
  x2: number;
  xinf: number;
  declared: { 2: number; inf: number } | null;
  architectureFixed: boolean;
  weights: Network['weights'];
  margins: number[];
  heldOut: number[];
  expected: Record<string, number>;
}

// full_report.py beside the numbers computes whole rows without this program and without logarithms of constants.
const cases = JSON.parse(readFileSync('test/fixtures/bounds/full_report.json', 'utf8')) as Case[];

describe('A whole report against an independent program', () => {
  cases.forEach((example, k) => {
    it(`agrees on every row of network ${k + 1}, ${example.cell}`, async () => {
      const { cell, dx, dh, dy, T, x2, xinf, declared, architectureFixed, weights, expected } = example;
      const checkpoint = checkpointOf({ cell, inputSize: dx, hiddenSize: dh, weights });
      const sample = sampleOf(margins(example.margins), {
        heldOut: margins(example.heldOut),
        scoreWidth: dy,
        lengths: { shortest: T, longest: T },
        inputNorm: { two: x2, inf: xinf },
      });
      const domain = declared && { inputDomain: { norm2: declared[2], normInf: declared.inf, maxLength: T } };
      const bounds = everyBound(await questionOf(checkpoint, sample, { architectureFixed, ...domain }));
      const compared = new Set<string>();
      for (const { id, p, value, log10, reason } of bounds) {
        const reference = expected[`${id} ${p}`];
        if (reference === undefined) {
          assert.match(id, /^T[45]-printed$/);
          continue;
        }
        compared.add(`${id} ${p}`);
        assert.equal(reason, null);
        assert.ok(log10 !== null && Math.abs(10 ** log10 / reference - 1) < 1e-7, `${id} ${p}: ${log10} ${reference}`);
        assert.ok(value !== null && Math.abs(value - Math.min(1, reference)) < 1e-7);
      }
      assert.deepEqual([...compared].sort(), Object.keys(expected).sort());
    });
  });
});
