import assert from 'node:assert/strict';
import { boundSample } from '../../../../src/core/bounds/boundSample';
import type { BoundSample } from '../../../../src/core/bounds/boundQuestion';
import { lossOf } from '../../../../src/core/bounds/regression/regressionLoss';
import type { Checkpoint } from '../../../../src/core/checkpoint';
import type { Declarations } from '../../../../src/core/declarations';
import { checkpointOf, smallVanilla } from './networkQuestion';

interface Data {
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  /** Of scores and labels. @default 1 */
  readonly steps?: number;
  readonly width?: number;
  readonly lengths?: readonly number[];
  readonly training?: readonly number[];
  readonly heldOut?: readonly number[];
  readonly declarations?: Declarations;
  readonly readout?: Partial<NonNullable<Checkpoint['readout']>>;
}

function sampleOf({ scores, labels, steps = 1, width = 1, lengths, declarations = {}, ...more }: Data): BoundSample {
  const checkpoint = checkpointOf(smallVanilla);
  const count = scores.length / steps / width;
  return boundSample({
    checkpoint: { ...checkpoint, readout: { ...checkpoint.readout!, ...more.readout } },
    sequences: {
      ...{ count, inputs: new Map(), fixed: new Map(), lengths: null, holdout: null },
      labels: { kind: 'values', steps, width: labels.length / count / steps, values: Float64Array.from(labels) },
    },
    observations: {
      lengths: Int32Array.from(lengths ?? new Array<number>(count).fill(steps)),
      inputNorm: { two: 1, inf: 1 },
      scores: { steps, width, values: Float64Array.from(scores) },
      ...{ gates: [], agreement: null, readoutCompared: true, notes: [] },
    },
    split: { training: more.training ?? Array.from({ length: count }, (_, i) => i), heldOut: more.heldOut ?? [] },
    declarations,
  });
}

const near = (actual: number | undefined, expected: number, tolerance = 1e-12): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

describe('The loss of a regression', () => {
  it('is the distance or its square as a share of a, and 1 from there on', () => {
    const loss = { scale: 2, chosenFrom: null };
    assert.deepEqual(
      [0, 0.5, 2, 7, NaN, Infinity].map((d) => lossOf({ ...loss, kind: 'absolute' }, d)),
      [0, 0.25, 1, 1, 1, 1],
    );
    assert.deepEqual(
      [0, 0.5, 2, NaN].map((d) => lossOf({ ...loss, kind: 'squared' }, d)),
      [0, 0.0625, 1, 1],
    );
  });

  it('has a scale as declared, or the spread of the training labels rounded up to the grid', () => {
    const labels = [-1, 1, 50];
    const data: Data = { scores: [0, 0, 0], labels, training: [0, 1], heldOut: [2] };
    assert.deepEqual(sampleOf(data).regression?.loss, { kind: 'absolute', scale: 1, chosenFrom: 'training' });
    const wider = sampleOf({ ...data, labels: [-1.1, 1.1, 50] });
    assert.equal(wider.regression?.loss.scale, Math.SQRT2);
    near(wider.regression?.spread, 1.1);
    const declared = { loss: { kind: 'squared', scale: 3 } } as const;
    assert.deepEqual(sampleOf({ ...data, declarations: declared }).regression?.loss, {
      kind: 'squared',
      scale: 3,
      chosenFrom: null,
    });
    assert.equal(sampleOf({ ...data, training: [], heldOut: [0, 1] }).regression?.loss.chosenFrom, 'heldOut');
    const vectors = sampleOf({ scores: [0, 0, 0, 0], labels: [3, 4, -3, -4], width: 2 });
    near(vectors.regression?.spread, 5);
  });

  it('cannot be had where labels spread beyond the grid, unless a scale is declared', () => {
    const far: Data = { scores: [0, 0], labels: [-3e6, 3e6] };
    assert.equal(sampleOf(far).regression, null);
    assert.match(sampleOf(far).withheld!, /spread by 3\.00e\+6.*declare "loss"/);
    assert.equal(sampleOf({ ...far, declarations: { loss: { scale: 1e7 } } }).withheld, null);
  });
});

describe('The distances from numeric labels', () => {
  const declarations: Declarations = { loss: { scale: 10 } };

  it('are measured in both norms, raised by the slack on the training part and as computed on the held-out part', () => {
    const { regression } = sampleOf({
      scores: [3, 0, 3, 0],
      labels: [0, 4, 0, 4],
      width: 2,
      training: [0],
      heldOut: [1],
      declarations,
    });
    assert.equal(regression?.heldOut?.two.loss, 0.5);
    assert.equal(regression?.heldOut?.inf.loss, 0.4);
    near(regression?.training?.two.loss, (5 + 1e-5 * Math.hypot(13, 10)) / 10);
    near(regression?.training?.inf.loss, (4 + 1e-5 * 13) / 10);
    assert.deepEqual(regression?.errors, {
      training: { absolute: 5, squared: 25 },
      heldOut: { absolute: 5, squared: 25 },
    });
  });

  it('are averaged over the steps of a sequence first, and leave padding out', () => {
    const { regression, everyStep } = sampleOf({
      scores: [1, 1, 1, 2, 9, 9],
      labels: [0, 0, 0, 0, 0, 0],
      steps: 3,
      lengths: [3, 1],
      training: [],
      heldOut: [0, 1],
      declarations,
      readout: { steps: 'every' },
    });
    assert.equal(everyStep, true);
    near(regression?.heldOut?.two.loss, 0.15);
    assert.equal(regression?.errors.heldOut?.squared, 2.5);
  });

  it('take one label a sequence from its own last step', () => {
    const { regression } = boundSampleOfLastSteps();
    near(regression?.heldOut?.two.loss, (3 + 4) / 20);
  });

  it('count how many are beyond a − g, for every g of the grid: all of them where g is above a', () => {
    const { regression } = sampleOf({
      scores: [0, 3, 7, 12],
      labels: [0, 0, 0, 0],
      training: [],
      heldOut: [0, 1, 2, 3],
      declarations: { loss: { scale: 8 } },
    });
    const { exceedance, beyond } = regression!.heldOut!.two;
    assert.equal(beyond, 0.25);
    const at = (g: number): number => exceedance[2 * Math.log2(g) + 40]!;
    assert.deepEqual([2 ** -20, 1, 2, 4, 8, 16].map(at), [0.25, 0.25, 0.5, 0.5, 0.75, 1]);
  });

  it('are as large as any where a score overflowed', () => {
    const { regression } = sampleOf({ scores: [NaN, Infinity, 0], labels: [0, 0, 0], declarations });
    near(regression?.training?.two.loss, (2 + 1e-5) / 3);
    near(regression?.training?.two.beyond, 2 / 3);
  });

  it('are refused where labels and scores have not the same width', () => {
    assert.throws(
      () => sampleOf({ scores: [0, 0, 0, 0], labels: [0, 0], width: 2 }),
      /labels hold one number for each answer, but the model gives 2 scores.*\[sequences, 2\].*classification/,
    );
  });

  it('are not taken from scores before a sigmoid or a softmax, which are not what labels are compared with', () => {
    for (const finalActivation of ['sigmoid', 'softmax', 'logSoftmax'] as const) {
      const { withheld, regression } = sampleOf({ scores: [0, 1], labels: [0.5, 0], readout: { finalActivation } });
      assert.equal(regression, null);
      assert.match(withheld!, /not what the labels are compared with/);
    }
    // Another output of the model is taken as it is.
    const other = sampleOf({
      scores: [0, 1],
      labels: [0.5, 0],
      readout: { finalActivation: 'sigmoid' },
      declarations: { scores: 'y' },
    });
    assert.ok(other.regression);
  });
});

/** Scores of three steps, of which the sequences have three and two; one label each. */
function boundSampleOfLastSteps(): BoundSample {
  const checkpoint = checkpointOf(smallVanilla);
  return boundSample({
    checkpoint: { ...checkpoint, readout: { ...checkpoint.readout!, steps: 'every' } },
    sequences: {
      ...{ count: 2, inputs: new Map(), fixed: new Map(), lengths: null, holdout: null },
      labels: { kind: 'values', steps: 1, width: 1, values: Float64Array.from([0, 1]) },
    },
    observations: {
      lengths: Int32Array.from([3, 2]),
      inputNorm: { two: 1, inf: 1 },
      scores: { steps: 3, width: 1, values: Float64Array.from([1, 2, 3, 4, 5, 6]) },
      ...{ gates: [], agreement: null, readoutCompared: true, notes: [] },
    },
    split: { training: [], heldOut: [0, 1] },
    declarations: { loss: { scale: 10 } },
  });
}
