import assert from 'node:assert/strict';
import { boundSample } from '../../../../src/core/bounds/boundSample';
import type { BoundQuestion } from '../../../../src/core/bounds/boundQuestion';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import { fromPortable, toPortable } from '../../../../src/core/bounds/portableQuestion';
import type { Checkpoint } from '../../../../src/core/checkpoint';
import type { Declarations } from '../../../../src/core/declarations';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';
import type { BoundResult } from '../../../../src/core/report';
import { checkpointOf, questionOf, smallVanilla, type Network } from './networkQuestion';

/** One score. */
const network: Network = { ...smallVanilla, weights: { ...smallVanilla.weights, V: [[1.5, 0, 1, 0]], c: [0.1] } };

interface Setting {
  readonly checkpoint?: Checkpoint;
  /** Training sequences, and held-out ones. @default 4,000 and 500 */
  readonly training?: number;
  readonly heldOut?: number;
  /** The standard deviation of label less score. @default 0.05 */
  readonly noise?: number;
  /** What scores and labels are multiplied by. @default 1 */
  readonly unit?: number;
  readonly declarations?: Declarations;
}

async function questionFor(setting: Setting = {}): Promise<BoundQuestion> {
  const { training = 4_000, heldOut = 500, noise = 0.05, unit = 1, declarations = {} } = setting;
  const checkpoint = setting.checkpoint ?? checkpointOf(network);
  const random = seededRandom(7);
  const count = training + heldOut;
  const scores = Float64Array.from({ length: count }, () => random.normal());
  const labels = scores.map((score) => score + noise * random.normal());
  const sample = boundSample({
    checkpoint,
    sequences: {
      ...{ count, inputs: new Map(), fixed: new Map(), lengths: null, holdout: null },
      labels: { kind: 'values', steps: 1, width: 1, values: labels.map((label) => label * unit) },
    },
    observations: {
      lengths: new Int32Array(count).fill(10),
      inputNorm: { two: 1, inf: 1 },
      scores: { steps: 1, width: 1, values: scores.map((score) => score * unit) },
      ...{ gates: [], agreement: null, readoutCompared: true, notes: [] },
    },
    split: {
      training: Array.from({ length: training }, (_, i) => i),
      heldOut: Array.from({ length: heldOut }, (_, i) => training + i),
    },
    declarations,
  });
  return questionOf(checkpoint, sample, declarations);
}

const bounds = async (setting?: Setting): Promise<BoundResult[]> => everyBound(await questionFor(setting));

const named = (rows: readonly BoundResult[]): Map<string, BoundResult> =>
  new Map(rows.map((row) => [`${row.id} ${row.p}`, row]));

/** Checks that no row of the second report is above the same row of the first. */
function assertNoneAbove(larger: readonly BoundResult[], smaller: readonly BoundResult[]): void {
  const others = named(larger);
  for (const row of smaller) {
    const other = others.get(`${row.id} ${row.p}`)!;
    assert.ok(row.log10! <= other.log10! + 1e-12, `${row.id} ${row.p}: ${row.log10} > ${other.log10}`);
  }
}

describe('The rows of a regression', () => {
  it('have numbers that mean something, with what they are about', async () => {
    const rows = named(await bounds({ declarations: { loss: { scale: 1 } } }));
    for (const [name, limit] of [
      ['Reg-Occam 2', 0.25],
      ['Reg-PBM 2', 0.25],
      ['Reg-exceed-Occam 2', 0.08],
      ['held-out null', 0.1],
      ['held-out-exceed null', 0.02],
    ] as const) {
      const { value, quantity } = rows.get(name)!;
      assert.ok(value! < limit, `${name}: ${value}`);
      const kind = name.includes('exceed') ? 'exceedance' : 'absolute';
      assert.deepEqual(quantity, { kind, scale: 1, norm: null, everyStep: false });
    }
  });

  it('fall with more sequences and with smaller distances', async () => {
    assertNoneAbove(await bounds(), await bounds({ training: 16_000, heldOut: 2_000 }));
    assertNoneAbove(await bounds({ noise: 0.2 }), await bounds());
  });

  it('say less of the square than of the distance itself, and more often that it is beyond a smaller a', async () => {
    const absolute = named(await bounds({ declarations: { loss: { scale: 1 } } }));
    const squared = named(await bounds({ declarations: { loss: { kind: 'squared', scale: 1 } } }));
    // The held-out row is about the loss alone; the others also depend on how fast it can grow.
    assert.ok(squared.get('held-out null')!.value! < absolute.get('held-out null')!.value!);
    const wider = await bounds({ declarations: { loss: { scale: 2 } } });
    assertNoneAbove([...absolute.values()], wider);
  });

  it('do not depend on the unit of the labels: scores, labels and a times a power of two give the same', async () => {
    const times = (unit: number): Checkpoint => {
      const { V, c, ...inner } = network.weights as Record<string, number[] | number[][]>;
      const scaledV = (V as number[][]).map((entries) => entries.map((value) => value * unit));
      return checkpointOf({
        ...network,
        weights: { ...inner, V: scaledV, c: (c as number[]).map((value) => value * unit) },
      });
    };
    for (const loss of [{}, { loss: { scale: 0.75 } }]) {
      const expected = await bounds({ declarations: loss });
      for (const unit of [2 ** -6, 2 ** 7]) {
        const declarations = loss.loss ? { loss: { scale: loss.loss.scale * unit } } : {};
        const found = named(await bounds({ checkpoint: times(unit), unit, declarations }));
        for (const { id, p, value } of expected) {
          assert.ok(Math.abs(found.get(`${id} ${p}`)!.value! / value! - 1) < 1e-9, `${id} ${p}, unit ${unit}`);
        }
      }
    }
  });

  it('pay for a scale that was chosen from the labels, except on sequences it was not chosen from', async () => {
    const chosen = named(await bounds());
    const declared = named(
      await bounds({ declarations: { loss: { scale: chosen.get('Reg-Occam 2')!.quantity!.scale } } }),
    );
    for (const [name, { value, lambda }] of declared) {
      const other = chosen.get(name)!;
      if (name.startsWith('held-out')) assert.equal(value, other.value);
      else {
        assert.ok(value! < other.value!, name);
        assert.ok(Math.abs(other.lambda! - lambda! - Math.log(81)) < 1e-9, name);
      }
    }
  });

  it('pay for it on the held-out part where that is all there is', async () => {
    const alone = { trainedOnData: false } as const;
    const chosen = named(await bounds({ training: 0, declarations: alone }));
    const scale = chosen.get('held-out null')!.quantity!.scale;
    const declared = named(await bounds({ training: 0, declarations: { ...alone, loss: { scale } } }));
    for (const name of ['held-out null', 'held-out-exceed null']) {
      assert.ok(declared.get(name)!.value! < chosen.get(name)!.value!, name);
      assert.equal(declared.get(name)!.quantity!.scale, scale);
    }
    assert.match(chosen.get('Reg-Occam 2')!.reason!, /all of the data are held out/);
    // No exceedance among 500: 1 − (δ/81)^(1/500), with δ = 0.05 over ten rows.
    const none = named(await bounds({ training: 0, noise: 0.01, declarations: alone }));
    const exact = -Math.expm1(Math.log(0.005 / 81) / 500);
    assert.ok(Math.abs(none.get('held-out-exceed null')!.value! - exact) < 1e-12);
  });

  it('say in their assumptions what the loss is, and that distances are raised', async () => {
    const rows = named(await bounds({ declarations: { loss: { scale: 0.5 } } }));
    const texts = rows.get('Reg-Occam 2')!.assumptions.map(({ text, state }) => `${state}: ${text}`);
    assert.ok(texts.some((text) => /^assumed: .*min\(1, ‖y − z‖\/a\) with a = 0\.5.*declared/.test(text)));
    assert.ok(texts.some((text) => /distances from the labels are raised/.test(text)));
    const chosen = named(await bounds()).get('held-out null')!.assumptions;
    assert.ok(chosen.some(({ text, state }) => state === 'met' && /spread of the training labels/.test(text)));
  });

  it('are the same for a question that crossed the border of a process', async () => {
    const question = await questionFor();
    assert.deepEqual(everyBound(fromPortable(toPortable(question))), everyBound(question));
  });

  it('add up to the nats they cost', async () => {
    for (const name of ['Reg-Occam 2', 'Reg-exceed-Occam inf', 'Reg-PBM 2', 'Reg-exceed-PBM 2']) {
      const { nats, costs } = named(await bounds()).get(name)!;
      const sum = costs.reduce((total, part) => total + part.nats, 0);
      assert.ok(costs.length > 3 && Math.abs(sum / nats! - 1) < 1e-9, `${name}: ${sum} and ${nats}`);
    }
  });
});
