import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Checkpoint } from '../../../../src/core/checkpoint';
import type { BoundResult } from '../../../../src/core/report';
import { centredOn } from '../../../../src/core/analysis/centred';
import { measureNetwork } from '../../../../src/core/analysis/measureNetwork';
import { defaultDelta, type Reference } from '../../../../src/core/bounds/boundQuestion';
import type { CellName } from '../../../../src/core/cells/cells';
import { checkpointOf, margins, questionOf, sampleOf, type Network } from './networkQuestion';
import { boundsWithShare } from './sharedDelta';

interface Sampled {
  dx: number;
  dy: number;
  T: number;
  x2: number;
  xinf: number;
  declared: { 2: number; inf: number } | null;
  weights: Network['weights'];
  margins: number[];
  expected: Record<string, number>;
}

interface Case extends Sampled {
  /** The weights that the training started from, where it did not start from zero. */
  reference?: Network['weights'];
  cell: CellName;
  dh: number;
  architectureFixed: boolean;
  heldOut: number[];
}

interface Stack extends Sampled {
  layers: [name: string, cell: string, width: number, reads: 'x' | number[], isReverse: boolean][];
  reads: number[];
}

// full_report.py beside the numbers computes whole rows without this program and without logarithms of constants.
const all = JSON.parse(readFileSync('test/fixtures/bounds/full_report.json', 'utf8')) as (Case | Stack)[];
const cases = all.filter((example): example is Case => 'cell' in example);
const stacks = all.filter((example): example is Stack => 'layers' in example);

describe('A whole report against an independent program', () => {
  cases.forEach((example, k) => {
    it(`agrees on every row of network ${k + 1}, ${example.cell}`, async () => {
      const { cell, dx, dh, dy, T, x2, xinf, declared, architectureFixed, weights, reference, expected } = example;
      const network = { cell, inputSize: dx, hiddenSize: dh };
      const checkpoint = checkpointOf({ ...network, weights });
      const sample = sampleOf(margins(example.margins), {
        heldOut: margins(example.heldOut),
        scoreWidth: dy,
        lengths: { shortest: T, longest: T },
        inputNorm: { two: x2, inf: xinf },
      });
      const domain = declared && { inputDomain: { norm2: declared[2], normInf: declared.inf, maxLength: T } };
      const question = await questionOf(checkpoint, sample, { architectureFixed, ...domain });
      const origin = reference ? await referenceOf(checkpoint, checkpointOf({ ...network, weights: reference })) : null;
      // The other program shares δ among the rows that it has.
      const share = defaultDelta / (cell === 'vanilla' ? 8 : 15);
      const bounds = boundsWithShare({ ...question, reference: origin }, share);
      assertRows(bounds, expected);
    });
  });

  stacks.forEach((example, k) => {
    it(`agrees on every row of stack ${k + 1}, ${example.layers.map(([, cell]) => cell).join(', ')}`, async () => {
      const { dx, dy, T, x2, xinf, declared, weights, expected } = example;
      const sample = sampleOf(margins(example.margins), {
        scoreWidth: dy,
        lengths: { shortest: T, longest: T },
        inputNorm: { two: x2, inf: xinf },
      });
      const domain = declared && { inputDomain: { norm2: declared[2], normInf: declared.inf, maxLength: T } };
      const question = await questionOf(stackOf(dx, weights, example), sample, { ...domain });
      const bounds = boundsWithShare(question, defaultDelta / 8).filter(({ id }) => id !== 'held-out');
      assertRows(bounds, expected);
    });
  });
});

async function referenceOf(checkpoint: Checkpoint, origin: Checkpoint): Promise<Reference> {
  const { start, distance } = centredOn(checkpoint, origin);
  return {
    file: 'origin.onnx',
    start: { checkpoint: start, measured: await measureNetwork(start) },
    distance: { checkpoint: distance, measured: await measureNetwork(distance) },
  };
}

/** The layers of a stack as one checkpoint; blocks are named by the place of their layer, as in 0Ua. */
function stackOf(inputSize: number, weights: Network['weights'], { layers, reads }: Stack): Checkpoint {
  const cells: Record<string, CellName> = {
    gru_after: 'gru-reset-after',
    lstm: 'lstm',
    mgu: 'mgu',
    vanilla: 'vanilla',
  };
  const { V, c } = weights;
  const own = layers.map(([name, cell, hiddenSize, read, isReverse]) => {
    const blocks = Object.entries(weights).filter(([block]) => block.startsWith(name));
    const { layers: made, ...checkpoint } = checkpointOf({
      cell: cells[cell]!,
      inputSize: read === 'x' ? inputSize : read.reduce((total, k) => total + layers[k]![2], 0),
      hiddenSize,
      weights: { ...Object.fromEntries(blocks.map(([block, values]) => [block.slice(1), values])), V: V!, c: c! },
    });
    const input = read === 'x' ? made[0]!.input : ({ kind: 'layers', layers: read } as const);
    return { checkpoint, layer: { ...made[0]!, name, input, direction: isReverse ? 'reverse' : 'forward' } as const };
  });
  const [{ checkpoint }] = own as [(typeof own)[number]];
  return { ...checkpoint, layers: own.map(({ layer }) => layer), readout: { ...checkpoint.readout!, layers: reads } };
}

/** What other tests compare: literature and comparison rows, and constants reconstructed for printed theorems. */
const elsewhere = /^T[45]-printed$|^T3|^Bartlett|^Zhang|^VC$|Dudley$/;

function assertRows(bounds: readonly BoundResult[], expected: Record<string, number>): void {
  const compared = new Set<string>();
  for (const { id, p, value, log10, reason } of bounds) {
    const reference = expected[`${id} ${p}`];
    if (reference === undefined) {
      assert.ok(reason !== null || elsewhere.test(id), `${id} is not compared with anything`);
      continue;
    }
    compared.add(`${id} ${p}`);
    assert.equal(reason, null);
    assert.ok(log10 !== null && Math.abs(10 ** log10 / reference - 1) < 1e-7, `${id} ${p}: ${log10} ${reference}`);
    assert.ok(value !== null && Math.abs(value - Math.min(1, reference)) < 1e-7);
  }
  assert.deepEqual([...compared].sort(), Object.keys(expected).sort());
}
