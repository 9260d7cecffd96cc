import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { boundSample } from '../../../../src/core/bounds/boundSample';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import type { Declarations } from '../../../../src/core/declarations';
import { checkpointOf, questionOf, type Network } from './networkQuestion';

interface Case {
  cell: 'vanilla' | 'lstm';
  dx: number;
  dh: number;
  dy: number;
  T: number;
  x2: number;
  xinf: number;
  declared: { 2: number; inf: number } | null;
  architectureFixed: boolean;
  kind: 'absolute' | 'squared';
  scale: number | null;
  weights: Network['weights'];
  scores: number[][];
  labels: number[][];
  heldOutScores: number[][];
  heldOutLabels: number[][];
  expected: { spread: number; scale: number; rows: Record<string, number> };
}

// regression.py beside the numbers computes whole rows without this program and without logarithms of constants.
const cases = JSON.parse(readFileSync('test/fixtures/bounds/regression.json', 'utf8')) as Case[];

describe('A report of a regression against an independent program', () => {
  cases.forEach((example, k) => {
    it(`agrees on every row of network ${k + 1}, ${example.cell}, ${example.kind}`, async () => {
      const { cell, dx, dh, dy, T, x2, xinf, declared, architectureFixed, kind, scale, weights, expected } = example;
      const declarations: Declarations = {
        architectureFixed,
        loss: { kind, ...(scale !== null && { scale }) },
        ...(declared && { inputDomain: { norm2: declared[2], normInf: declared.inf, maxLength: T } }),
      };
      const checkpoint = checkpointOf({ cell, inputSize: dx, hiddenSize: dh, weights });
      const scores = [...example.scores, ...example.heldOutScores].flat();
      const labels = [...example.labels, ...example.heldOutLabels].flat();
      const count = scores.length / dy;
      const training = example.scores.length;
      const sample = boundSample({
        checkpoint,
        sequences: {
          count,
          inputs: new Map(),
          fixed: new Map(),
          lengths: null,
          labels: { kind: 'values', steps: 1, width: dy, values: Float64Array.from(labels) },
          holdout: null,
        },
        observations: {
          lengths: new Int32Array(count).fill(T),
          inputNorm: { two: x2, inf: xinf },
          scores: { steps: 1, width: dy, values: Float64Array.from(scores) },
          gates: [],
          agreement: null,
          readoutCompared: true,
          notes: [],
        },
        split: {
          training: Array.from({ length: training }, (_, i) => i),
          heldOut: Array.from({ length: count - training }, (_, i) => training + i),
        },
        declarations,
      });
      assert.equal(sample.regression?.loss.scale, expected.scale);
      assert.ok(Math.abs(sample.regression.spread / expected.spread - 1) < 1e-12);
      const bounds = everyBound(await questionOf(checkpoint, sample, declarations));
      assert.deepEqual(bounds.map(({ id, p }) => `${id} ${p}`).sort(), Object.keys(expected.rows).sort());
      for (const { id, p, log10, value, reason } of bounds) {
        const reference = expected.rows[`${id} ${p}`]!;
        assert.equal(reason, null);
        assert.ok(log10 !== null && Math.abs(10 ** log10 / reference - 1) < 1e-7, `${id} ${p}: ${log10} ${reference}`);
        assert.ok(value !== null && Math.abs(value - Math.min(1, reference)) < 1e-7);
      }
    });
  });
});
