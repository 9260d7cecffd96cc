import assert from 'node:assert/strict';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import type { BoundSample } from '../../../../src/core/bounds/boundQuestion';
import { hardSigmoid } from '../../../../src/core/cells/activation';
import type { Checkpoint, RecurrentLayer } from '../../../../src/core/checkpoint';
import type { Declarations } from '../../../../src/core/declarations';
import type { BoundResult } from '../../../../src/core/report';
import { bestCertified } from '../../../../src/core/summary';
import { checkpointOf, margins, questionOf, sampleOf, smallVanilla, type Network } from './networkQuestion';

/** 10,000 sequences, 1 % of them wrong, the others well clear of 0. */
const goodSample = sampleOf(margins(Array.from({ length: 10_000 }, (_, k) => (k % 100 === 0 ? -1 : 4))), {
  heldOut: margins(Array.from({ length: 1_000 }, (_, k) => (k % 100 === 0 ? -1 : 4))),
});

async function bounds(
  sample: BoundSample | null = goodSample,
  declarations: Declarations = {},
  checkpoint: Checkpoint = checkpointOf(smallVanilla),
): Promise<BoundResult[]> {
  return everyBound(await questionOf(checkpoint, sample, declarations));
}

const row = (rows: BoundResult[], id: string, p: BoundResult['p'] = 2): BoundResult => {
  const found = rows.find((candidate) => candidate.id === id && candidate.p === p);
  assert.ok(found, `there is no row ${id} ${p}`);
  return found;
};

const shareOf = (delta: number, rows: BoundResult[]): number =>
  delta / rows.filter(({ status }) => status === 'certified').length;

/** Rows that wait until gradients at random weights are asked for, or runs of networks near the checkpoint. */
const nearby = ['NTK null', 'Gibbs null', 'Rivasplata null', 'compression null'];

/** Rows of which only a rate is known, for a vanilla network; and those that cannot be about one with tanh. */
const rates = ['T3b-printed', 'Cheng-Huang-Ma-2024', 'Wei-Ma-2019', 'Eringis-2024'];
const aboutRelu = ['Golowich-2018', 'Tu-2020'];

const names = (rows: BoundResult[]): string[] => rows.map(({ id, p }) => `${id} ${p}`);

const withLayer = (checkpoint: Checkpoint, change: Partial<RecurrentLayer>): Checkpoint => ({
  ...checkpoint,
  layers: [{ ...checkpoint.layers[0]!, ...change }],
});

const gated = (cell: 'mgu' | 'gru' | 'gru-reset-after' | 'lstm', options: Network['options'] = {}): Checkpoint => {
  const letters = { mgu: 'ar', gru: 'arz', 'gru-reset-after': 'arz', lstm: 'fiao' }[cell];
  const weights: Record<string, number[] | number[][]> = {};
  for (const letter of letters)
    Object.assign(weights, { [`U${letter}`]: [[0.2]], [`W${letter}`]: [[0.3]], [`b${letter}`]: [0.1] });
  if (cell === 'gru-reset-after') weights['bu'] = [0.1];
  return checkpointOf({ cell, options, inputSize: 1, hiddenSize: 1, weights: { ...weights, V: [[1], [-1]] } });
};

describe('everyBound', () => {
  it('lists one row for each theorem and norm of the cell', async () => {
    assert.deepEqual(names(await bounds()), [
      'T2-printed 2',
      'T3a-printed 2',
      'T3b-printed 2',
      'T2-fixed 2',
      'T2-fixed inf',
      'T2-Dudley 2',
      'T2-Dudley inf',
      'T2-Rad1 2',
      'T2-Rad1 inf',
      'T2-Occam 2',
      'T2-Occam inf',
      'PBM 2',
      'T3a-fixed 2',
      'T3a-mix-Rad1 2',
      'T3a-mix-Occam 2',
      'T3b-McAllester 2',
      'Bartlett-2017 2',
      'Golowich-2018 2',
      'Zhang-2018 2',
      'VC null',
      'Tu-2020 inf',
      'Cheng-Huang-Ma-2024 null',
      'Wei-Ma-2019 null',
      'Eringis-2024 null',
      ...nearby,
      'held-out null',
    ]);
    for (const [cell, printed, prefix, others] of [
      ['mgu', ['T4-printed 2'], 'T4-fixed', []],
      ['gru', [], 'GRU-fixed', []],
      ['gru-reset-after', [], 'GRU-fixed', []],
      ['lstm', ['T5-printed 2'], 'T5-fixed', ['Cheng-Ma-2024 null']],
    ] as const) {
      const found = await bounds(goodSample, {}, gated(cell));
      const expected = ['Dudley1', 'Dudley', 'Rad1', 'Occam'].flatMap((name) => [`${name} 2`, `${name} inf`]);
      expected.push('PBM 2');
      const [own, calculus] = [prefix, 'CALC'].map((family) => expected.map((name) => `${family}-${name}`));
      const certified = [...own!, 'T3b-McAllester 2', ...calculus!];
      assert.deepEqual(names(found), [...printed, ...certified, ...others, ...nearby, 'held-out null']);
      for (const { id, p, status, value, reason } of found) {
        const hasNumber = [...printed, ...certified, 'held-out null'].includes(`${id} ${p}`);
        assert.ok(status !== 'notApplicable' && (value !== null) === hasNumber && (reason === null) === hasNumber);
      }
    }
  });

  it('reaches 0.05 for four units, ten steps and 10,000 sequences at 1 % margin error', async () => {
    const declared = { architectureFixed: true, inputDomain: { norm2: 1, maxLength: 10 } };
    const found = await bounds(goodSample, declared);
    assert.ok(row(found, 'T2-Occam').value! < 0.05);
    assert.ok(row(found, 'PBM').value! < 0.055);
    assert.ok(bestCertified(found)!.value < 0.05);
    assert.equal(row(found, 'T2-fixed').value, 1);
  });

  it('splits δ evenly over the certified rows and leaves it whole for the printed one', async () => {
    const found = await bounds(goodSample, { delta: 0.08 });
    for (const { status, delta } of found) assert.equal(delta, status === 'certified' ? shareOf(0.08, found) : 0.08);
    const gates = await bounds(goodSample, { delta: 0.15 }, gated('lstm'));
    assert.ok(shareOf(0.15, gates) < shareOf(0.15, found));
    for (const { status, delta } of gates) assert.equal(delta, status === 'certified' ? shareOf(0.15, gates) : 0.15);
  });

  it('pays for what was not declared: domain, length, architecture', async () => {
    const free = row(
      await bounds(goodSample, { architectureFixed: true, inputDomain: { normInf: 1, maxLength: 10 } }),
      'T2-Occam',
    );
    const paid = row(await bounds(), 'T2-Occam');
    const domain = Math.log(321) + Math.log(10) + Math.log(11);
    const architecture = Math.log(64) + Math.log(4 * 5) + Math.log(2);
    assert.ok(Math.abs(free.lambda! - (Math.log(81) + 5 * Math.log(321))) < 1e-12);
    assert.ok(Math.abs(paid.lambda! - free.lambda! - domain - architecture) < 1e-12);
    assert.ok(paid.value! > free.value!);
    // A Rademacher row may use the sample's own domain.
    const rademacher = row(await bounds(), 'T2-Rad1');
    assert.ok(Math.abs(rademacher.lambda! - free.lambda! - architecture) < 1e-12);
  });

  it('falls with more sequences, rises with a smaller δ and with larger norms', async () => {
    const many = sampleOf(margins(Array.from({ length: 40_000 }, (_, k) => (k % 100 === 0 ? -1 : 4))));
    const larger = checkpointOf({
      ...smallVanilla,
      weights: { ...smallVanilla.weights, W: [[1.5], [-1.5], [1.5], [1.5]] },
    });
    const base = await bounds();
    const [more, strict, large] = [
      await bounds(many),
      await bounds(goodSample, { delta: 1e-6 }),
      await bounds(goodSample, {}, larger),
    ];
    for (const { id, p, log10, status } of base) {
      if (id === 'held-out' || log10 === null) continue;
      assert.ok(row(more, id, p).log10! < log10, `${id} ${p} with more sequences`);
      if (status === 'certified') assert.ok(row(strict, id, p).log10! > log10, `${id} ${p} with a smaller δ`);
      // A dimension counts weights, and does not look at them.
      if (id !== 'VC') assert.ok(row(large, id, p).log10! > log10, `${id} ${p} with larger norms`);
    }
  });

  it('shows no certified number when an assumption is violated, and says which', async () => {
    for (const [declarations, pattern, only] of [
      [{ independentSequences: false }, /independent/, null],
      [{ inputDomain: { norm2: 0.5 } }, /the data reach 1/, ['T2-Occam', 'PBM']],
      [
        { inputDomain: { maxLength: 9 } },
        /reads no sequence of more than T = 9 .*but on the data it reads one of 10/,
        ['T2-Occam', 'PBM'],
      ],
    ] as const) {
      const found = await bounds(goodSample, declarations);
      for (const { id, status, value, reason, assumptions } of found) {
        if (status !== 'certified' || (only && !only.some((name) => name === id))) continue;
        assert.equal(value, null, id);
        assert.match(reason!, pattern);
        assert.ok(assumptions.some(({ state }) => state === 'violated'));
      }
    }
  });

  it('gives no number at all when the checkpoint was misread, and no class bound when nothing was compared', async () => {
    const question = await questionOf(checkpointOf(smallVanilla), goodSample);
    const misread = everyBound({
      ...question,
      agreement: { maxRelativeError: 0.01, compared: 9, peer: 'onnxruntime' },
    });
    for (const { id, value, reason } of misread) {
      assert.equal(value, null);
      if (![...rates, ...aboutRelu].includes(id)) assert.match(reason!, /misread/, id);
    }
    const unchecked = everyBound({ ...question, agreement: null });
    for (const { id, status, value } of unchecked) {
      if (status === 'certified') assert.equal(value === null, id !== 'held-out');
    }
    const ours = everyBound({ ...question, agreement: { maxRelativeError: 0, compared: 9, peer: 'evaluate' } });
    const reading = row(ours, 'T2-Occam').assumptions.find(({ text }) => text.includes('gate order'));
    assert.equal(reading?.state, 'assumed');
  });

  it('waits, and says for what, without data, labels, training part or held-out part', async () => {
    for (const [sample, pattern] of [
      [null, /labelled sequences/],
      [sampleOf(null, { task: null }), /labels/],
      [sampleOf(null, { lengths: null }), /trained the checkpoint/],
    ] as const) {
      const found = await bounds(sample);
      for (const { id, status, value, reason } of found) {
        assert.equal(value, null);
        if (![...rates, ...aboutRelu, 'Zhang-2018', 'VC', 'NTK'].includes(id)) {
          assert.equal(status, id.endsWith('-printed') ? 'printed' : 'certified');
          if (id !== 'held-out' && !nearby.includes(`${id} null`)) assert.match(reason!, pattern, id);
        }
      }
      assert.match(row(found, 'held-out', null).reason!, /^Waits/);
    }
  });

  it('answers notApplicable where nothing is known to be about the network, with the reason', async () => {
    const checkpoint = checkpointOf(smallVanilla);
    const { readout } = checkpoint;
    const cases: [Checkpoint, RegExp][] = [
      [withLayer(checkpoint, { initialState: 'learned' }), /learned/],
      [withLayer(checkpoint, { withheld: 'clip is not supported' }), /clip is not supported/],
      [
        withLayer(checkpoint, { input: { kind: 'frontEnd', description: 'an embedding', trained: true } }),
        /frontEndFixed/,
      ],
      [
        { ...checkpoint, readout: { ...readout!, linear: false, weights: null, reason: 'Relu r is in the way.' } },
        /Relu r/,
      ],
      [{ ...checkpoint, readout: { ...readout!, steps: 'other' } }, /neither the last step nor every step/],
      [{ ...checkpoint, readout: null }, /scores/],
    ];
    for (const [changed, pattern] of cases) {
      for (const { id, status, value, reason } of await bounds(goodSample, {}, changed)) {
        if (id === 'held-out') assert.ok(value !== null);
        else if (![...rates, ...aboutRelu].includes(id) && !nearby.includes(`${id} null`)) {
          assert.equal(status, 'notApplicable');
          assert.match(reason!, pattern);
        }
      }
    }
    const withoutData = await bounds(null, {}, { ...checkpoint, readout: null });
    assert.equal(row(withoutData, 'held-out', null).status, 'notApplicable');
    const declared = await bounds(null, { scores: 'y' }, { ...checkpoint, readout: null });
    assert.match(row(declared, 'held-out', null).reason!, /^Waits/);
    const frozen = withLayer(checkpoint, { input: { kind: 'frontEnd', description: 'an embedding', trained: true } });
    assert.ok(row(await bounds(goodSample, { frontEndFixed: true }, frozen), 'T2-Occam').value! < 0.1);
  });

  it('has no printed number for relu or hard-sigmoid, and a smaller constant for hard-sigmoid', async () => {
    const relu = await bounds(
      goodSample,
      {},
      checkpointOf({ ...smallVanilla, options: { candidateActivation: 'relu' } }),
    );
    assert.equal(row(relu, 'T2-printed').status, 'notApplicable');
    assert.ok(row(relu, 'T2-Occam').value! > 0);
    const hard = await bounds(goodSample, {}, gated('lstm', { gateActivation: hardSigmoid() }));
    assert.equal(row(hard, 'T5-printed').status, 'notApplicable');
    const logistic = await bounds(goodSample, {}, gated('lstm'));
    assert.ok(row(hard, 'T5-fixed-Occam').nats! < row(logistic, 'T5-fixed-Occam').nats!);
  });

  it('never calls a printed theorem met: γ and the radii were chosen on the data', async () => {
    const printed = row(await bounds(), 'T2-printed');
    assert.equal(printed.status, 'printed');
    assert.equal(printed.lambda, null);
    assert.ok(printed.value !== null);
    assert.ok(printed.assumptions.filter(({ state }) => state === 'violated').length >= 2);
    const theorem5 = row(await bounds(goodSample, {}, gated('lstm')), 'T5-printed');
    assert.ok(
      theorem5.assumptions.some(({ text, state }) => state === 'violated' && text.includes('Lipschitz constant')),
    );
  });

  it('takes the mean over steps where there is a label a step, but not under Dudley when lengths differ', async () => {
    const perStep = {
      values: new Float64Array(30_000).fill(4),
      starts: Int32Array.from({ length: 3001 }, (_, k) => 10 * k),
    };
    const sample = sampleOf(perStep, { everyStep: true, heldOut: perStep });
    assert.ok(row(await bounds(sample), 'T2-fixed').log10 !== null);
    const uneven = await bounds({ ...sample, lengths: { shortest: 5, longest: 10 } });
    assert.equal(row(uneven, 'T2-fixed').status, 'notApplicable');
    assert.match(row(uneven, 'T2-fixed').reason!, /lengths differ/);
    assert.ok(row(uneven, 'T2-Occam').value !== null);
    const heldOut = row(uneven, 'held-out', null);
    assert.ok(Math.abs(heldOut.value! - -Math.expm1(Math.log(heldOut.delta!) / 3000)) < 1e-12);
  });

  it('takes the length from a frozen time axis, whatever is declared and however short the sequences are', async () => {
    const checkpoint = checkpointOf(smallVanilla);
    const frozen = { ...checkpoint, inputs: [{ ...checkpoint.inputs[0]!, shape: [null, 25, 1] }] };
    const occam = row(await bounds(goodSample, { inputDomain: { maxLength: 10 } }, frozen), 'T2-Occam');
    assert.equal(occam.terms.find(({ name }) => name.startsWith('T,'))!.value, 25);
    assert.ok(occam.value! < 1);
  });

  it('sums two biases of one gate before it measures them', async () => {
    const checkpoint = checkpointOf(smallVanilla);
    const [bias] = checkpoint.layers[0]!.biases;
    const opposite = {
      ...bias!,
      role: 'recurrentBias' as const,
      values: Float64Array.from(bias!.values, (value) => -value),
    };
    const cancelled = withLayer(checkpoint, { biases: [bias!, opposite] });
    const zero = checkpointOf({ ...smallVanilla, weights: { ...smallVanilla.weights, b: [0, 0, 0, 0] } });
    assert.deepEqual(await bounds(goodSample, {}, cancelled), await bounds(goodSample, {}, zero));
  });

  it('writes rows that survive JSON and have values in [0, 1] for 100,000 steps at β = 3', async () => {
    const scaled = {
      ...smallVanilla.weights,
      U: [
        [3, 0, 0, 0],
        [0, 3, 0, 0],
        [0, 0, 3, 0],
        [0, 0, 0, 3],
      ],
    };
    const long = { ...goodSample, lengths: { shortest: 100_000, longest: 100_000 } };
    const found = await bounds(long, {}, checkpointOf({ ...smallVanilla, weights: scaled }));
    assert.deepEqual(JSON.parse(JSON.stringify(found)), found);
    for (const { id, value, log10 } of found) {
      if ([...rates, ...aboutRelu].includes(id) || nearby.includes(`${id} null`)) assert.equal(value, null);
      else assert.ok(value! >= 0 && value! <= 1 && Number.isFinite(log10), id);
    }
    // The widest ramp of the grid makes every error count and nearly nothing else, so the best γ leaves little more than 1.
    assert.ok(row(found, 'T2-fixed').log10! > 0 && row(found, 'T2-printed').log10! > 0);
    const constant = row(found, 'T2-Occam').terms.find(({ name }) => name.includes('Lipschitz constant L_A'))!;
    assert.ok(Math.abs(constant.value! - 100_000 * Math.log10(3.0844)) < 100, `${constant.value}`);
  });

  it('lists rows about distances for a regression, and rows about margins for no other task', async () => {
    const found = await bounds(null, { task: 'regression' });
    const own = [
      ...['Reg-Rad1 2', 'Reg-Rad1 inf', 'Reg-Occam 2', 'Reg-Occam inf', 'Reg-PBM 2'],
      ...['Reg-exceed-Occam 2', 'Reg-exceed-Occam inf', 'Reg-exceed-PBM 2', 'held-out null', 'held-out-exceed null'],
    ];
    assert.deepEqual(names(found), own);
    for (const { status, value, reason } of found) {
      assert.ok(status === 'certified' && value === null);
      assert.match(reason!, /^Waits/);
    }
    for (const name of names(await bounds())) assert.ok(name === 'held-out null' || !own.includes(name));
  });
});
