import assert from 'node:assert/strict';
import type { BoundResult } from '../../../src/core/report';
import { seededRandom } from '../../../src/core/linalg/seededRandom';
import { binomialTail } from '../../soundness/binomialTail';
import { draw, expectation, population } from '../../soundness/population';
import { architecture } from '../../soundness/candidate';
import { bank } from '../../soundness/choose';
import { concept, declared } from '../../soundness/distributions';
import { byHeart, gated, nearbySetting, noise, undeclared } from '../../soundness/settings';
import { simulate } from '../../soundness/simulate';
import { wasCaught } from '../../soundness/table';
import { tally, type RowTally } from '../../soundness/tally';

const named = (rows: readonly RowTally[], id: string): RowTally => {
  const found = rows.find((row) => row.id === id);
  assert.ok(found, `there is no row ${id}`);
  return found;
};

describe('bounds and true risks', () => {
  for (const [setting, runs] of [
    [noise(200), 30],
    [undeclared(60), 15],
    [gated('gru', 'risk', 60), 10],
    [gated('lstm', 'risk', 60), 5],
  ] as const) {
    // prettier-ignore
    it(`no certified row fails more often than its share of δ: ${setting.name}`, async () => {
      const rows = await simulate(await setting.make(), runs);
      assert.ok(rows.some(({ id, useful }) => id.endsWith('Occam') && useful === runs));
      for (const row of rows) {
        assert.equal(row.runs, runs);
        assert.ok(!wasCaught(row), `${row.id} ${row.p}: ${row.violations} violations in ${runs} runs`);
      }
      // Nothing but the held-out row, which is exact, comes anywhere near.
      assert.ok(rows.every(({ id, violations }) => id === 'held-out' || violations === 0));
    });
  }

  it('networks near the checkpoint have risks of their own', async () => {
    const rows = await simulate(await nearbySetting.make(), 3);
    for (const id of ['Gibbs', 'Rivasplata', 'compression']) {
      const { runs, violations, useful } = named(rows, id);
      assert.deepEqual([runs, violations, useful], [3, 0, 3], id);
    }
  });

  it('a network that Recurscope writes with one score at every step has margins', async () => {
    const from = population({ symbols: [[-1], [1]], lengths: [0.5, 0.5], everyStep: true, labels: concept(2, 0.3, 1) });
    const own = architecture({ cell: 'gru', inputSize: 1, hiddenSize: 2, readoutSteps: 'every' });
    const [only] = await bank(own, from, { size: 1, scale: 1 });
    const setting = { name: '', description: '', population: from, training: 50, heldOut: 20, origin: null };
    const rows = await simulate({ ...setting, declarations: declared(from), choose: () => only! }, 1);
    assert.ok(rows.some(({ id }) => id === 'CALC-Occam') && rows.some(({ id }) => id === 'held-out'));
  });

  it('a wrong number of sequences is noticed', async () => {
    const rows = await simulate(await byHeart.make(), 12, { kind: 'sequences', times: 1000 });
    for (const id of ['T2-Occam', 'PBM']) assert.ok(wasCaught(named(rows, id)), id);
    assert.ok(rows.some(({ slack }) => slack < 0.1));
  });

  it('choosing by the held-out part is noticed', async () => {
    const rows = await simulate(await noise(200).make(), 20, { kind: 'no held-out part' });
    assert.ok(wasCaught(named(rows, 'held-out')));
  });

  it('fewer networks to choose from leave more slack', async () => {
    // The best of 200 networks overfits; the bound is the same size either way.
    const setting = await noise(200).make();
    const [best] = [await simulate(setting, 20)];
    const only = await setting.choose(new Int32Array(), seededRandom(0));
    const fixed = await simulate({ ...setting, choose: () => only }, 20);
    assert.ok(named(best, 'T2-Occam').slack < named(fixed, 'T2-Occam').slack);
  });
});

describe('the simulation itself', () => {
  it('the risk of a distribution is a sum over its outcomes', () => {
    const coins = population({ symbols: [[-1], [1]], lengths: [0.5, 0.5], labels: () => new Map([[0, 0.25], [1, 0.75]]) }); // prettier-ignore
    assert.equal(coins.sequences.length, 2 + 4);
    assert.equal(coins.outcomes.length, 12);
    const wrong = Float64Array.from(coins.outcomes, ({ labels }) => (labels[0] === 1 ? 0 : 1));
    assert.equal(expectation(coins, wrong), 0.25);
    const long = Float64Array.from(coins.outcomes, ({ sequence }) => (coins.sequences[sequence]!.length === 2 ? 1 : 0));
    assert.equal(expectation(coins, long), 0.5);
  });

  it('labels of steps are drawn one by one', () => {
    const steps = population({
      ...{ symbols: [[1]], lengths: [0, 1], everyStep: true },
      labels: (word) => new Map([[word.length, 0.9], [0, 0.1]]), // prettier-ignore
    });
    const shares = steps.outcomes.map(({ labels, probability }) => [labels.join(' '), probability.toFixed(4)]);
    assert.deepEqual(shares, [['1 2', '0.8100'], ['1 0', '0.0900'], ['0 2', '0.0900'], ['0 0', '0.0100']]); // prettier-ignore
  });

  it('draws follow the probabilities', () => {
    const three = population({ symbols: [[0]], lengths: [1], labels: () => new Map([[0, 0.5], [1, 0.3], [2, 0.2]]) }); // prettier-ignore
    const counts = [0, 0, 0];
    for (const outcome of draw(three, 100_000, seededRandom(1))) counts[outcome]! += 1;
    for (const [k, share] of [0.5, 0.3, 0.2].entries()) assert.ok(Math.abs(counts[k]! / 100_000 - share) < 0.006);
  });

  it('the binomial tail is that of scipy', () => {
    // scipy 1.17.1: scipy.stats.binom.sf(k - 1, n, p)
    for (const [k, n, p, tail] of [
      [3, 10, 0.1, 0.0701908264],
      [1, 1000, 0.001, 0.6323045752290363],
      [40, 1000, 0.02, 4.339875894746424e-5],
    ] as const)
      assert.ok(Math.abs(binomialTail(k, n, p) / tail - 1) < 1e-4, `${k} of ${n}`);
    assert.equal(binomialTail(0, 10, 0.3), 1);
    assert.equal(binomialTail(11, 10, 0.3), 0);
  });

  it('a bound below the risk is a violation, and only certified rows with a number count', () => {
    const row = (more: Partial<BoundResult>): BoundResult => ({
      ...{ id: 'row', status: 'certified', p: 2, value: 0.3, log10: 0, gamma: 1, delta: 0.1, lambda: 0, nats: 0 },
      ...{
        terms: [{ name: 'empirical margin loss at γ', value: 0.1 }],
        costs: [],
        assumptions: [],
        source: '',
        reason: null,
      },
      ...more,
    });
    const counts = tally();
    counts.add(row({}), 0.2);
    counts.add(row({}), 0.35);
    counts.add(row({ value: null }), 0.35);
    counts.add(row({ id: 'printed', status: 'printed' }), 0.35);
    const [only, ...others] = counts.rows();
    assert.deepEqual(others, []);
    assert.equal(only!.runs, 2);
    assert.equal(only!.violations, 1);
    assert.ok(Math.abs(only!.slack - 0.8) < 1e-12);
    assert.ok(Math.abs(only!.closest + 0.05) < 1e-12);
    assert.ok(Math.abs(only!.tail - 0.19) < 1e-12);
  });
});
