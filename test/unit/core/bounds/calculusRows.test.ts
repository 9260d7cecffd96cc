import assert from 'node:assert/strict';
import { measureNetwork } from '../../../../src/core/analysis/measureNetwork';
import { centredOn } from '../../../../src/core/analysis/centred';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import type { Declarations } from '../../../../src/core/declarations';
import { cellNamed, cellNames } from '../../../../src/core/cells/cells';
import type { Cell } from '../../../../src/core/cells/cell';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { widthOf } from '../../../../src/core/cells/sizes';
import type { Checkpoint, Parameter, RecurrentLayer } from '../../../../src/core/checkpoint';
import type { BoundResult } from '../../../../src/core/report';
import { randomNumbers, seedOf } from '../interpret/randomNumbers';
import { checkpointOf, margins, questionOf, sampleOf, smallVanilla } from './networkQuestion';

const size = 2;

/** Small random numbers, the same for the same title. */
function drawing(title: string): (n: number) => Float64Array {
  const random = randomNumbers(seedOf(title));
  return (n) => Float64Array.from({ length: n }, () => random() * 0.2);
}

/** A layer of a cell with small random weights. */
function layerOf(cell: Cell, name: string, shift = 0): RecurrentLayer {
  const sizes = cell.sizes(size, size);
  const draw = drawing(`${cell.name} ${name}`);
  const parameters = parametersOf(cell).map((parameter): Parameter & { kind: string } => {
    const { rows, columns } = storedShape(parameter, sizes);
    const { kind, gate } = parameter;
    const role = parameter.role === 'recurrent' ? 'recurrent' : 'input';
    const values = draw(rows * columns).map((value) => (parameter.name === 'b' ? value + shift : value));
    return {
      name: parameter.name,
      kind,
      gate,
      role: kind === 'matrix' ? role : 'inputBias',
      rows,
      columns,
      values,
      tensor: name,
    };
  });
  return {
    ...checkpointOf(smallVanilla).layers[0]!,
    ...{ name, cellName: cell.name, cell, inputSize: size, hiddenSize: size },
    matrices: parameters.filter(({ kind }) => kind === 'matrix'),
    biases: parameters.filter(({ kind }) => kind === 'vector'),
  };
}

/** Layers with a readout of two scores from the last of them. */
function checkpointWith(layers: readonly RecurrentLayer[], readers = [layers.length - 1]): Checkpoint {
  const checkpoint = checkpointOf(smallVanilla);
  const columns = readers.reduce((total, k) => {
    const { cell, inputSize, hiddenSize } = layers[k]!;
    return total + widthOf(cell!.sizes(inputSize, hiddenSize), cell!.output.size);
  }, 0);
  const weights = { rows: 2, columns, values: drawing('V')(2 * columns), tensor: 'V' };
  return { ...checkpoint, layers, readout: { ...checkpoint.readout!, layers: readers, weights } };
}

const sample = sampleOf(margins(Array.from({ length: 3000 }, (_, k) => (k % 100 === 0 ? -1 : 3))));
const bounds = async (
  checkpoint: Checkpoint,
  declarations: Declarations = {},
  more: Partial<typeof sample> = {},
): Promise<BoundResult[]> => everyBound(await questionOf(checkpoint, { ...sample, ...more }, declarations));
const row = (all: readonly BoundResult[], id: string, p: 2 | 'inf' = 2): BoundResult =>
  all.find((bound) => bound.id === id && bound.p === p)!;

describe('the rows of the majorant calculus', () => {
  for (const name of cellNames) {
    it(`have numbers for ${name}`, async () => {
      const cell = cellNamed(name, { grid: [2, 2], kernel: 2, units: 2 });
      const all = await bounds(checkpointWith([layerOf(cell, 'layer')]));
      const calculus = all.filter(({ id }) => id.startsWith('CALC'));
      if (name === 'vanilla') return assert.equal(calculus.length, 0);
      assert.equal(calculus.length, 9);
      const isShared = parametersOf(cell).some(({ matrix }) => matrix !== null && matrix.structure.kind !== 'dense');
      for (const { id, value, log10, reason, assumptions } of calculus) {
        if (name === 'eurnn') {
          // Some entry of b is above zero, where modReLU jumps.
          assert.match(reason!, /modRelu/);
        } else if (id === 'CALC-PBM' && isShared) {
          assert.match(reason!, /noise of .* is not that of a matrix of free numbers/);
        } else {
          assert.equal(reason, null, id);
          assert.ok(value !== null && value > 0 && value <= 1 && Number.isFinite(log10));
          assert.ok(assumptions.every(({ state }) => state === 'met' || state === 'assumed'));
        }
      }
    });
  }

  it('have numbers for rotations whose modReLU has no positive bias, but not with noise', async () => {
    const all = await bounds(checkpointWith([layerOf(cellNamed('eurnn'), 'layer', -1)]));
    assert.ok(row(all, 'CALC-Occam').value !== null);
    assert.match(row(all, 'CALC-PBM').reason!, /With noise.*modRelu/);
  });

  it('have numbers for stacks and both directions, and pay for every layer', async () => {
    const [lstm, gru] = [layerOf(cellNamed('lstm'), 'first'), layerOf(cellNamed('gru'), 'second')];
    const declared = { architectureFixed: true, inputDomain: { normInf: 1, maxLength: 10 } };
    const one = row(await bounds(checkpointWith([lstm]), declared), 'CALC-Occam');
    const stacked = [lstm, { ...gru, input: { kind: 'layers', layers: [0] } } as const];
    const two = row(await bounds(checkpointWith(stacked), declared), 'CALC-Occam');
    // Three radii a matrix and two a vector of the second layer: 3 · 6 + 2 · 3.
    assert.ok(Math.abs(two.lambda! - one.lambda! - 24 * Math.log(321)) < 1e-9);
    assert.ok(two.nats! > one.nats!);
    const both = [gru, { ...gru, name: 'back', direction: 'reverse' } as const];
    assert.ok(row(await bounds(checkpointWith(both, [0, 1])), 'CALC-Rad1', 'inf').value !== null);
  });

  it('pay for every dense layer of a readout, and speak for vanilla cells too where there are several', async () => {
    const checkpoint = checkpointWith([layerOf(cellNamed('lstm'), 'layer')]);
    const declared = { architectureFixed: true, inputDomain: { normInf: 1, maxLength: 10 } };
    const draw = drawing('dense');
    const weights = { rows: 2, columns: 2, values: draw(4), tensor: 'V1' };
    const bias = { rows: 2, columns: 1, values: draw(2), tensor: 'c1' };
    const hidden = [{ weights, bias, activation: 'tanh' as const }];
    const deep = (of: Checkpoint): Checkpoint => ({ ...of, readout: { ...of.readout!, linear: false, hidden } });
    const one = await bounds(checkpoint, declared);
    const two = await bounds(deep(checkpoint), declared);
    for (const p of [2, 'inf'] as const) {
      // Three radii of V1 and two of c1.
      const [shallow, added] = [row(one, 'CALC-Occam', p), row(two, 'CALC-Occam', p)];
      assert.ok(added.value !== null && Math.abs(added.lambda! - shallow.lambda! - 5 * Math.log(321)) < 1e-9);
    }
    assert.ok(row(two, 'CALC-PBM').value !== null);
    assert.match(row(two, 'T5-fixed-Occam').reason!, /several dense layers.*CALC/);
    // Where the architecture was chosen on the data, that there is a layer, its width and its activation cost too.
    const [free, chosen] = [
      row(await bounds(checkpoint), 'CALC-Occam'),
      row(await bounds(deep(checkpoint)), 'CALC-Occam'),
    ];
    const paid = Math.log(4) + Math.log(2) + Math.log(16) + Math.log(6);
    assert.ok(Math.abs(chosen.lambda! - free.lambda! - 5 * Math.log(321) - paid) < 1e-9);
    const vanilla = checkpointWith([layerOf(cellNamed('vanilla'), 'layer')]);
    assert.ok(!(await bounds(vanilla)).some(({ id }) => id.startsWith('CALC')));
    const rows = await bounds(deep(vanilla));
    assert.ok(row(rows, 'CALC-Occam').value !== null);
    assert.equal(row(rows, 'T2-Occam').value, null);
    // A distance to a reference is that of every layer; a reference that has another readout starts it at zero.
    const { start, distance } = centredOn(deep(checkpoint), deep(checkpoint));
    assert.deepEqual(start.readout!.hidden![0]!.weights.values, Float64Array.from(weights.values));
    assert.ok(distance.readout!.hidden![0]!.weights.values.every((value) => value === 0));
    const other = centredOn(deep(checkpoint), checkpoint);
    assert.deepEqual([...other.distance.readout!.hidden![0]!.weights.values], [...weights.values]);
  });

  it('speak for the mean over all steps as for the last one, of a vanilla cell too', async () => {
    for (const cell of ['vanilla', 'gru'] as const) {
      const checkpoint = checkpointWith([layerOf(cellNamed(cell), 'layer')]);
      const pooled = await bounds({ ...checkpoint, readout: { ...checkpoint.readout!, steps: 'mean' } });
      const mean = row(pooled, 'CALC-Occam');
      assert.ok(mean.value !== null);
      assert.match(row(pooled, cell === 'gru' ? 'GRU-fixed-Occam' : 'T2-Occam').reason!, /mean over all steps.*CALC/);
      // The list of rows of a GRU is the same, and so is the class.
      if (cell === 'gru') assert.equal(mean.nats, row(await bounds(checkpoint), 'CALC-Occam').nats);
    }
  });

  it('pay for a trained embedding and need no norm of the input then, in both directions too', async () => {
    const table = { rows: 7, columns: size, values: drawing('table')(7 * size), tensor: 'words' };
    const input = { kind: 'frontEnd', description: 'an embedding', trained: true, embedding: table } as const;
    const declared = { architectureFixed: true, inputDomain: { norm2: 1, normInf: 1, maxLength: 10 } };
    const [lstm, gru] = [layerOf(cellNamed('lstm'), 'first'), layerOf(cellNamed('gru'), 'second')];
    const plain = await bounds(checkpointWith([lstm]), declared);
    const embedded = checkpointWith([{ ...lstm, input }]);
    const rows = await bounds(embedded, declared, { inputNorm: { two: 0.1, inf: 0.1 } });
    for (const p of [2, 'inf'] as const) {
      const [without, found] = [row(plain, 'CALC-Occam', p), row(rows, 'CALC-Occam', p)];
      assert.ok(found.value !== null && Math.abs(found.lambda! - without.lambda! - 2 * Math.log(321)) < 1e-9);
      const frontEnd = found.assumptions.find(({ text }) => text.includes('"words"'));
      assert.equal(frontEnd?.state, 'met');
      assert.ok(found.costs.some(({ name }) => name === 'E'));
    }
    assert.ok(row(rows, 'CALC-PBM').value !== null);
    assert.match(row(rows, 'T5-fixed-Occam').reason!, /frontEndFixed/);
    // Nothing is paid for the table where it was fixed, and then the norm of what the layer reads counts.
    const fixed = await bounds(embedded, { ...declared, frontEndFixed: true });
    assert.equal(row(fixed, 'CALC-Occam').lambda, row(plain, 'CALC-Occam').lambda);
    const both = checkpointWith(
      [
        { ...lstm, input },
        { ...gru, direction: 'reverse', input },
      ],
      [0, 1],
    );
    assert.ok(
      row(await bounds(both, declared, { inputNorm: { two: 0.1, inf: 0.1 } }), 'CALC-Rad1', 'inf').value !== null,
    );
    const other = { ...input, embedding: { ...table, tensor: 'others' } };
    const two = checkpointWith(
      [
        { ...lstm, input },
        { ...gru, direction: 'reverse', input: other },
      ],
      [0, 1],
    );
    assert.match(row(await bounds(two), 'CALC-Occam').reason!, /no part of the bounded class/);
    // What the layer reads was observed, and is no row of the table.
    assert.match(row(await bounds(embedded, declared), 'CALC-Occam').reason!, /larger than any row/);
    const { start, distance } = centredOn(embedded, embedded);
    const [first] = distance.layers;
    // Of a network that is its reference but for the data it was trained on, nothing is left but the smallest radii.
    const measuredOf = async (checkpoint: Checkpoint) => ({ checkpoint, measured: await measureNetwork(checkpoint) });
    const reference = { file: 'r.onnx', start: await measuredOf(start), distance: await measuredOf(distance) };
    const question = await questionOf(embedded, { ...sample, inputNorm: { two: 0.1, inf: 0.1 } }, { ...declared, trainedOnData: false }); // prettier-ignore
    const near = row(everyBound({ ...question, reference }), 'CALC-Occam');
    assert.ok(near.nats === null || near.nats < row(rows, 'CALC-Occam').nats!);
    assert.ok(!/larger than any row/.test(near.reason ?? ''));
    assert.ok(first!.input.kind === 'frontEnd' && first!.input.embedding!.values.every((value) => value === 0));
  });

  it('pay for learned initial states, and move with them', async () => {
    const lstm = layerOf(cellNamed('lstm'), 'layer');
    const draw = drawing('states');
    const learnedStates = ['h0', 'c0'].map((tensor) => ({ rows: size, columns: 1, values: draw(size), tensor }));
    const checkpoint = checkpointWith([{ ...lstm, initialState: 'learned', learnedStates }]);
    const [zero, found] = [await bounds(checkpointWith([lstm])), await bounds(checkpoint)];
    for (const p of [2, 'inf'] as const) {
      const [without, with0] = [row(zero, 'CALC-Occam', p), row(found, 'CALC-Occam', p)];
      assert.ok(with0.value !== null && Math.abs(with0.lambda! - without.lambda! - 4 * Math.log(321)) < 1e-9);
      assert.ok(with0.costs.some(({ name }) => name.startsWith('h')));
    }
    assert.match(row(found, 'T5-fixed-Occam').reason!, /initial state is learned.*CALC/);
    const unread = checkpointWith([{ ...lstm, initialState: 'learned' }]);
    assert.match(row(await bounds(unread), 'CALC-Occam').reason!, /not one vector for all sequences/);
    const { start, distance } = centredOn(checkpoint, checkpoint);
    assert.deepEqual([...start.layers[0]!.learnedStates![0]!.values], [...learnedStates[0]!.values]);
    assert.ok(distance.layers[0]!.learnedStates!.every(({ values }) => values.every((value) => value === 0)));
  });

  it('leave out a layer that the readout does not depend on', async () => {
    const [lstm, gru] = [layerOf(cellNamed('lstm'), 'first'), layerOf(cellNamed('gru'), 'second')];
    const alone = row(await bounds(checkpointWith([lstm])), 'CALC-Occam');
    const beside = row(await bounds({ ...checkpointWith([lstm]), layers: [lstm, gru] }), 'CALC-Occam');
    assert.equal(beside.lambda, alone.lambda);
  });

  it('speak for cells with activations and options that the theorems do not know', async () => {
    for (const options of [{ candidateActivation: 'softsign' }, { clip: 1 }] as const) {
      const all = await bounds(checkpointWith([layerOf(cellNamed('vanilla', options), 'layer')]));
      assert.match(row(all, 'T2-Occam').reason!, /CALC/);
      assert.ok(row(all, 'CALC-Occam').value !== null);
    }
    const relu = await bounds(checkpointWith([layerOf(cellNamed('lstm', { outputActivation: 'relu' }), 'layer')]));
    assert.match(row(relu, 'T5-fixed-Occam').reason!, /relu.*CALC/);
    assert.ok(row(relu, 'CALC-Occam').value !== null);
  });

  it('never look at the sign of a vector, but for the bias of a modReLU', async () => {
    const cell = cellNamed('fast-grnn');
    const layer = layerOf(cell, 'layer');
    const signed = (sign: number): RecurrentLayer => ({
      ...layer,
      biases: layer.biases.map((vector) => (vector.name === 'beta' || vector.name === 'kappa' ? { ...vector, values: Float64Array.of(4 * sign) } : vector)), // prettier-ignore
    });
    const [minus, plus] = [checkpointWith([signed(-1)]), checkpointWith([signed(1)])];
    const readout = minus.readout;
    const nats = async (checkpoint: Checkpoint): Promise<number> =>
      row(await bounds({ ...checkpoint, readout }), 'CALC-Occam').nats!;
    assert.equal(await nats(minus), await nats(plus));
  });

  it('say why, and keep the report, where layers cannot read what they are said to read', async () => {
    const [lstm, gru] = [layerOf(cellNamed('lstm'), 'first'), layerOf(cellNamed('gru'), 'second')];
    const wide = { ...gru, inputSize: 6, input: { kind: 'layers', layers: [0] } } as const;
    const found = row(await bounds(checkpointWith([lstm, wide])), 'CALC-Occam');
    assert.equal(found.status, 'notApplicable');
    assert.match(found.reason!, /second reads 6 numbers a step, but is given 2/);
  });

  it('have no number when the reference is the checkpoint itself', async () => {
    const checkpoint = checkpointWith([layerOf(cellNamed('lstm'), 'layer')]);
    const question = await questionOf(checkpoint, sample);
    const { start, distance } = centredOn(checkpoint, checkpoint);
    const measured = async (seen: Checkpoint) => ({
      checkpoint: seen,
      measured: (await questionOf(seen, null)).measured,
    });
    const reference = { file: 'it.onnx', start: await measured(start), distance: await measured(distance) };
    const found = row(everyBound({ ...question, reference }), 'CALC-Occam');
    assert.equal(found.value, null);
    assert.match(found.reason!, /those of example.onnx itself/);
  });

  it('have no number where the file holds another graph than it describes', async () => {
    const question = await questionOf(checkpointWith([layerOf(cellNamed('lstm'), 'layer')]), {
      ...sample,
      otherGraph: true,
    });
    for (const { status, value, reason } of everyBound(question)) {
      if (status === 'certified')
        assert.ok(value === null && /could not be checked|Waits for a held-out/.test(reason!));
    }
  });

  it('assume that a layer which keeps its states is started at zero', async () => {
    const layer = layerOf(cellNamed('lstm'), 'layer');
    const starts = async (keepsStates: boolean): Promise<string[]> =>
      row(await bounds(checkpointWith([{ ...layer, keepsStates }])), 'CALC-Occam')
        .assumptions.filter(({ text }) => /zero/.test(text))
        .map(({ state }) => state);
    assert.deepEqual([await starts(true), await starts(false)], [['assumed'], ['met']]);
  });

  it('refuse a function that jumps, and what stands between layers', async () => {
    const jumping = cellNamed('vanilla', { candidateActivation: { kind: 'thresholdedRelu', alpha: 1 } });
    assert.match(row(await bounds(checkpointWith([layerOf(jumping, 'layer')])), 'CALC-Occam').reason!, /jumps/);
    const between = { kind: 'frontEnd', description: 'a dense layer', trained: false } as const;
    const [lstm, gru] = [layerOf(cellNamed('lstm'), 'first'), layerOf(cellNamed('gru'), 'second')];
    const broken = await bounds(checkpointWith([lstm, { ...gru, input: between }]));
    assert.match(row(broken, 'CALC-Occam').reason!, /a dense layer/);
    assert.equal(row(broken, 'CALC-Occam').status, 'notApplicable');
  });

  it('are tighter than the closed recursion for long sequences', async () => {
    const checkpoint = checkpointWith([layerOf(cellNamed('lstm'), 'layer')]);
    const long = { ...sample, lengths: { shortest: 100, longest: 100 } };
    const all = everyBound(await questionOf(checkpoint, long));
    assert.ok(row(all, 'CALC-Occam').nats! < row(all, 'T5-fixed-Occam').nats!);
  });
});
