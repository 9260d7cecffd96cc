import assert from 'node:assert/strict';
import fc from 'fast-check';
import { boundSample } from '../../../../src/core/bounds/boundSample';
import { labelledMargins } from '../../../../src/core/bounds/margins/labelledMargins';
import { marginReport } from '../../../../src/core/bounds/margins/marginReport';
import { margin, marginLoss, rampLoss, withSlack } from '../../../../src/core/bounds/margins/margins';
import type { Observations } from '../../../../src/core/observations';
import { Problem } from '../../../../src/core/problem';
import type { Labels, Sequences } from '../../../../src/core/sequences';
import { checkpointOf, margins, smallVanilla } from './networkQuestion';

const classes = (values: readonly number[], steps = 1): Extract<Labels, { kind: 'classes' }> => ({
  kind: 'classes',
  steps,
  values: Int32Array.from(values),
});

const scoreTable = (steps: number, width: number, values: readonly number[]) => ({
  steps,
  width,
  values: Float64Array.from(values),
});

describe('Margins', () => {
  it('are the score of the label less the best other score', () => {
    assert.equal(margin([1, 4, 2], 1), 2);
    assert.equal(margin([1, 4, 2], 0), -3);
    assert.equal(margin([3, 3], 0), 0);
    assert.equal(margin([5], 0), Infinity);
    assert.ok(Number.isNaN(margin([1, NaN, 2], 0)));
  });

  it('of a scalar score are s for label 1 and −s for label 0', () => {
    const found = labelledMargins(
      scoreTable(1, 1, [0.5, -0.2, 0]),
      classes([1, 1, 0]),
      new Int32Array([1, 1, 1]),
      [0, 1, 2],
    );
    assert.deepEqual([...found.values], [0.5, -0.2, -0]);
  });

  it('count ties and what is not a number as errors', () => {
    const found = margins([0, 1, NaN, -1]);
    assert.equal(marginLoss(found, 0), 0.75);
    assert.equal(rampLoss(found, 0.5), 0.75);
    assert.equal(rampLoss(margins([1, 3]), 4), (0.75 + 0.25) / 2);
  });

  it('obey 1[M ≤ 0] ≤ ramp ≤ 1[M ≤ γ], and losses never fall as γ grows', () => {
    const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 20 });
    const gammas = fc.double({ min: 1e-3, max: 10, noNaN: true });
    fc.assert(
      fc.property(values, gammas, gammas, (raw, one, other) => {
        const found = margins(raw);
        const [small, large] = one < other ? [one, other] : [other, one];
        assert.ok(marginLoss(found, 0) <= rampLoss(found, small) + 1e-12);
        assert.ok(rampLoss(found, small) <= marginLoss(found, small) + 1e-12);
        assert.ok(rampLoss(found, small) <= rampLoss(found, large) + 1e-12);
        assert.ok(marginLoss(withSlack(found), small) >= marginLoss(found, small));
      }),
    );
  });

  it('are averaged over the steps of a sequence first, so that a long one counts no more than a short one', () => {
    const perStep = { values: Float64Array.from([-1, 1, 1, 1, 1]), starts: Int32Array.from([0, 1, 5]) };
    assert.equal(marginLoss(perStep, 0), 0.5);
  });

  it('of a label a step leave padding out, and a label a sequence takes the last step of the sequence', () => {
    // Two sequences, three steps, two classes; the second sequence has two steps and then padding.
    const scores = scoreTable(3, 2, [1, 0, 2, 0, 3, 0, 0, 4, 0, 5, 9, 0]);
    const lengths = new Int32Array([3, 2]);
    const perStep = labelledMargins(scores, classes([0, 0, 0, 1, 1, 7], 3), lengths, [0, 1]);
    assert.deepEqual([...perStep.values], [1, 2, 3, 4, 5]);
    assert.deepEqual([...perStep.starts], [0, 3, 5]);
    assert.deepEqual([...labelledMargins(scores, classes([0, 1]), lengths, [0, 1]).values], [3, 5]);
    assert.deepEqual([...labelledMargins(scores, classes([0, 1]), lengths, [1]).values], [5]);
  });

  it('refuse labels that are no class, or do not fit the steps', () => {
    const scores = scoreTable(1, 2, [1, 0]);
    const one = new Int32Array([1]);
    assert.throws(() => labelledMargins(scores, classes([2]), one, [0]), /Label 2 of sequence 0.*2 classes/);
    assert.throws(() => labelledMargins(scores, classes([-1]), one, [0]), Problem);
    assert.throws(() => labelledMargins(scores, classes([0, 0], 2), one, [0]), /2 labels a sequence.*one step/);
    assert.throws(() => labelledMargins(scores, classes([0]), new Int32Array([0]), [0]), /no steps/);
  });
});

describe('marginReport', () => {
  it('describes the distribution', () => {
    const found = marginReport(margins([3, -1, 1, 5]))!;
    assert.equal(found.mean, 2);
    assert.equal(found.errorRate, 0.25);
    assert.ok(Math.abs(found.standardDeviation - Math.sqrt(5)) < 1e-12);
    assert.equal(found.quantiles[0]!.value, -1);
    assert.equal(found.quantiles.at(-1)!.value, 5);
    assert.equal(marginReport(margins([Infinity])), null);
  });
});

describe('boundSample', () => {
  const observations: Observations = {
    lengths: new Int32Array([2, 4, 3]),
    inputNorm: { two: 1, inf: 0.5 },
    scores: scoreTable(1, 2, [1, 0, 0, 1, 2, 0]),
    gates: [],
    agreement: null,
    readoutCompared: false,
    notes: [],
  };
  const sequences = (labels: Labels | null): Sequences => ({
    count: 3,
    inputs: new Map(),
    fixed: new Map(),
    lengths: null,
    labels,
    holdout: null,
  });
  const checkpoint = checkpointOf(smallVanilla);
  const split = { training: [0, 1], heldOut: [2] };
  const sample = (labels: Labels | null, more: { task?: 'classification' | 'regression' } = {}, seen = observations) =>
    boundSample({ checkpoint, sequences: sequences(labels), observations: seen, split, declarations: more });

  it('separates what trained the checkpoint from what it has never seen', () => {
    const found = sample(classes([0, 0, 0]));
    assert.deepEqual([...found.training!.values], [1, -1]);
    assert.deepEqual([...found.heldOut!.values], [2]);
    assert.deepEqual(found.lengths, { shortest: 2, longest: 4 });
    assert.equal(found.everyStep, false);
  });

  it('takes integers for classes and numbers for regression, unless a task is declared', () => {
    const values: Labels = { kind: 'values', steps: 1, width: 1, values: Float64Array.from([0, 1, 1]) };
    const oneScore = { ...observations, scores: scoreTable(1, 1, [1, 0, 1]) };
    assert.equal(sample(null).task, null);
    assert.equal(sample(values, {}, oneScore).task, 'regression');
    assert.equal(sample(values, {}, oneScore).training, null);
    assert.equal(sample(values, { task: 'classification' }).task, 'classification');
    assert.equal(sample(classes([0, 1, 1]), { task: 'regression' }, oneScore).task, 'regression');
    const fractional: Labels = { ...values, values: Float64Array.from([0.5, 1, 1]) };
    assert.throws(() => sample(fractional, { task: 'classification' }), /not integers/);
  });

  it('counts a score that overflowed as an error', () => {
    const seen = { ...observations, scores: scoreTable(1, 2, [Infinity, 0, 0, 1, 2, 0]) };
    const { training } = sample(classes([0, 1, 0]), {}, seen);
    assert.equal(marginLoss(training!, 0), 0.5);
    assert.equal(marginLoss(training!, 2 ** 20), 1);
  });

  it('has no margins where it is unknown which steps the scores are of', () => {
    const seen = { ...observations, scores: scoreTable(3, 2, new Array<number>(18).fill(0)) };
    assert.match(sample(classes([0, 1, 0]), {}, seen).withheld!, /which steps/);
  });

  it('says why there are no margins', () => {
    assert.match(
      sample(classes([0, 0, 0]), {}, { ...observations, scores: null }).withheld!,
      /not found or could not be used/,
    );
    const softmax = { ...checkpoint, readout: { ...checkpoint.readout!, finalActivation: 'softmax' as const } };
    const single = { ...observations, scores: scoreTable(1, 1, [1, 1, 1]) };
    const found = boundSample({
      checkpoint: softmax,
      sequences: sequences(classes([0, 0, 0])),
      observations: single,
      split,
      declarations: {},
    });
    assert.match(found.withheld!, /single class/);
  });
});
