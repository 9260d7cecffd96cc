import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { centredOn } from '../../../../src/core/analysis/centred';
import { measureNetwork } from '../../../../src/core/analysis/measureNetwork';
import type { BoundQuestion, Reference } from '../../../../src/core/bounds/boundQuestion';
import type { CellName } from '../../../../src/core/cells/cells';
import type { Checkpoint } from '../../../../src/core/checkpoint';
import { checkpointOf, margins, questionOf, sampleOf, type Network } from './networkQuestion';
import { boundsWithShare } from './sharedDelta';

interface Case {
  cell: CellName;
  activation: 'tanh' | 'relu';
  kernel?: number;
  dx: number;
  dh: number;
  dy: number;
  T: number;
  x2: number;
  xinf: number;
  /** The share of δ of each certified row; the others have the whole default. */
  share: number;
  weights: Network['weights'];
  reference?: Network['weights'];
  margins: number[];
  /** log10 of the rows. */
  expected: Record<string, number>;
  /** log10 of C in bounds of the shape ramp + C/γ + …. */
  complexity?: Record<string, number>;
}

// comparisons.py beside the numbers computes them without this program and without logarithms.
const cases = JSON.parse(readFileSync('test/fixtures/bounds/comparisons.json', 'utf8')) as Case[];

describe('Comparison rows against an independent program', () => {
  cases.forEach((example, k) => {
    it(`agrees on network ${k + 1}, ${example.cell} of ${example.T} steps`, async () => {
      const question = await questionAbout(example);
      const rows = new Map(boundsWithShare(question, example.share).map((row) => [`${row.id} ${row.p}`, row]));
      const isVacuousAlone = example.T === 100_000;
      for (const [name, log10] of Object.entries(example.expected)) {
        const row = rows.get(name);
        assert.ok(row, `there is no row ${name}`);
        assert.equal(row.reason, null, `${name}: ${row.reason}`);
        // Where the number has 50,000 digits the program adds what is smaller, and the other leaves it out.
        const tolerance = isVacuousAlone ? 1e-6 * log10 : 1e-9;
        assert.ok(Math.abs(row.log10! - log10) < tolerance, `${name}: ${row.log10} ${log10}`);
        assert.ok(Math.abs(row.value! - Math.min(1, 10 ** row.log10!)) < 1e-9);
      }
      for (const [id, log10] of Object.entries(example.complexity ?? {})) {
        const { terms, gamma } = rows.get(`${id} 2`)!;
        const atGamma = terms.find(({ name }) => name === 'log10 of the complexity')!.value!;
        assert.ok(Math.abs(atGamma + Math.log10(gamma!) - log10) < 1e-9, `${id}: ${atGamma} ${gamma} ${log10}`);
      }
    });
  });
});

async function questionAbout(example: Case): Promise<BoundQuestion> {
  const { dy, T, x2, xinf, weights, reference } = example;
  const checkpoint = networkOf(example, weights);
  const sample = sampleOf(margins(example.margins), {
    scoreWidth: dy,
    lengths: { shortest: T, longest: T },
    inputNorm: { two: x2, inf: xinf },
  });
  const origin = reference ? await referenceOf(checkpoint, networkOf(example, reference)) : null;
  return { ...(await questionOf(checkpoint, sample)), reference: origin };
}

function networkOf({ cell, activation, kernel, dx, dh }: Case, weights: Network['weights']): Checkpoint {
  const bias = 'b' in weights;
  const options = {
    ...(cell === 'vanilla' && { candidateActivation: activation, bias }),
    ...(kernel !== undefined && { candidateActivation: activation, kernel }),
  };
  return checkpointOf({ cell, options, inputSize: dx, hiddenSize: dh, weights });
}

async function referenceOf(checkpoint: Checkpoint, origin: Checkpoint): Promise<Reference> {
  const { start, distance } = centredOn(checkpoint, origin);
  return {
    file: 'origin.onnx',
    start: { checkpoint: start, measured: await measureNetwork(start) },
    distance: { checkpoint: distance, measured: await measureNetwork(distance) },
  };
}
