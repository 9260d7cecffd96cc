import assert from 'node:assert/strict';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import type { CellName } from '../../../../src/core/cells/cells';
import type { Checkpoint } from '../../../../src/core/checkpoint';
import type { BoundResult } from '../../../../src/core/report';
import { randomNumbers } from '../interpret/randomNumbers';
import { checkpointOf, margins, questionOf, sampleOf, smallVanilla, type Network } from './networkQuestion';

/** Rows that have a number for these networks and samples: those about a class of networks. */
const classRow = /^(T(2|3a|4|5)-|GRU-|CALC-|PBM)/;

interface Asked {
  /** Every sequence this many times. */
  readonly repeat?: number;
  /** Margins, as multiples of what they are. */
  readonly wider?: number;
  readonly steps?: number;
  readonly groups?: NonNullable<Parameters<typeof sampleOf>[1]>['inputGroups'];
}

async function rowsOf(checkpoint: Checkpoint, { repeat = 1, wider = 1, steps = 10, groups = null }: Asked = {}) {
  const values = Array.from({ length: 2000 * repeat }, (_, k) => wider * (k % 50 === 0 ? -1 : 3 + Math.sin(k % 2000)));
  const sample = sampleOf(margins(values), { lengths: { shortest: 1, longest: steps }, inputGroups: groups });
  // δ is the same for all, so that each row has the share that it has in the others.
  const all = everyBound(await questionOf(checkpoint, sample));
  return new Map(
    all
      .filter(({ id, status }) => status === 'certified' && classRow.test(id))
      .map((row) => [`${row.id} ${row.p}`, row]),
  );
}

function networkOf(cell: CellName, size: number): Checkpoint {
  const random = randomNumbers(7);
  const letters = { vanilla: [''], mgu: 'ar', gru: 'arz', 'gru-reset-after': 'arz', lstm: 'fiao' }[cell as 'lstm'];
  const draw = (n: number): number[] => Array.from({ length: n }, () => size * (2 * random() - 1));
  const weights: Record<string, number[] | number[][]> = {};
  for (const letter of letters) {
    weights[`U${letter}`] = [draw(3), draw(3), draw(3)];
    weights[`W${letter}`] = [draw(2), draw(2), draw(2)];
    weights[`b${letter}`] = draw(3);
  }
  if (cell === 'gru-reset-after') weights['bu'] = draw(3);
  return checkpointOf({
    cell,
    inputSize: 2,
    hiddenSize: 3,
    weights: { ...weights, V: [draw(3), draw(3)], c: draw(2) },
  });
}

const log10 = (rows: ReadonlyMap<string, BoundResult>, name: string): number => rows.get(name)!.log10!;

describe('rows about classes of networks', () => {
  for (const cell of ['vanilla', 'mgu', 'gru', 'gru-reset-after', 'lstm'] as const) {
    it(`add up what each block costs, for ${cell}`, async () => {
      const rows = await rowsOf(networkOf(cell, 0.4));
      let sums = 0;
      for (const [name, { nats, costs }] of rows) {
        assert.ok(
          costs.every(({ nats: cost }) => cost >= 0),
          name,
        );
        if (nats === null) continue;
        sums++;
        const total = costs.reduce((sum, cost) => sum + cost.nats, 0);
        assert.ok(Math.abs(total / nats - 1) < 1e-12, `${name}: ${total} ${nats}`);
      }
      assert.ok(sums >= 3);
    });

    it(`are never worse with more sequences, wider margins, smaller weights or fewer steps, for ${cell}`, async () => {
      const rows = await rowsOf(networkOf(cell, 0.4));
      const better = {
        'more sequences': await rowsOf(networkOf(cell, 0.4), { repeat: 4 }),
        'wider margins': await rowsOf(networkOf(cell, 0.4), { wider: 2 }),
        'smaller weights': await rowsOf(networkOf(cell, 0.3)),
        'fewer steps': await rowsOf(networkOf(cell, 0.4), { steps: 5 }),
      };
      assert.ok(rows.size >= 9);
      for (const name of rows.keys()) {
        for (const [what, others] of Object.entries(better)) {
          assert.ok(log10(others, name) <= log10(rows, name) + 1e-9, `${name} with ${what}`);
        }
        assert.ok(log10(better['more sequences'], name) < log10(rows, name), name);
      }
    });
  }

  it('name blocks as the equations do, and pay for the input and the length where these were read off the sample', async () => {
    const rows = await rowsOf(networkOf('lstm', 0.3));
    const names = rows.get('T5-fixed-Occam 2')!.costs.map(({ name }) => name);
    assert.deepEqual(names.slice(0, 3), ['U_f', 'W_f', 'b_f']);
    assert.deepEqual(names.slice(12), [
      ...['V', 'c', 'Λ: the choice of γ', 'Λ: radii', 'Λ: the largest norm of an input'],
      ...['Λ: the longest sequence', 'Λ: the architecture', 'ln(1/δ)'],
    ]);
    const calculus = rows.get('CALC-Rad1 2')!.costs.map(({ name }) => name);
    assert.ok(
      calculus.includes('W_f of rnn') && calculus.includes('ln(2/δ)') && !calculus.includes('Λ: the longest sequence'),
    );
    const noise = rows.get('T5-fixed-PBM 2')!.costs.map(({ name }) => name);
    assert.ok(noise.includes('U_f') && noise.includes('noise outside of its box') && noise.includes('ln(2√m/δ)'));
  });

  it('gain from sequences that are shorter or smaller than the largest, where only the sample matters', async () => {
    const sample = [
      { count: 10, longest: 10, two: 1, inf: 1 },
      { count: 1990, longest: 2, two: 0.5, inf: 0.5 },
    ];
    for (const cell of ['vanilla', 'lstm'] as const) {
      const whole = await rowsOf(networkOf(cell, 0.4), { repeat: 100 });
      const parts = await rowsOf(networkOf(cell, 0.4), { repeat: 100, groups: sample });
      for (const name of whole.keys()) {
        const isConditional = /Rad1|Dudley|fixed/.test(name) && !/Occam|PBM/.test(name);
        if (isConditional) assert.ok(log10(parts, name) < log10(whole, name), name);
        else if (!isConditional) assert.equal(log10(parts, name), log10(whole, name), name);
      }
    }
  });

  it('have a finite log10 for 100,000 steps at β = 3', async () => {
    const U = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 3 : 0)));
    const network: Network = { ...smallVanilla, weights: { ...smallVanilla.weights, U } };
    const rows = await rowsOf(checkpointOf(network), { steps: 100_000 });
    for (const name of ['T2-Dudley 2', 'T2-Dudley inf', 'T3a-fixed 2', 'T3a-mix-Rad1 2', 'T3a-mix-Occam 2']) {
      const { value, costs } = rows.get(name)!;
      assert.ok(Number.isFinite(log10(rows, name)) && value === 1, name);
      assert.ok(costs.every(({ nats }) => Number.isFinite(nats)));
    }
  });
});
