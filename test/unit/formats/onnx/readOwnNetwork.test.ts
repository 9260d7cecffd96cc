import assert from 'node:assert/strict';
import { measureNetwork } from '../../../../src/core/analysis/measureNetwork';
import { analyze } from '../../../../src/core/analyze';
import type { CheckpointRequest } from '../../../../src/core/cells/checkpointRequest';
import type { NetworkDescription } from '../../../../src/core/cells/networkDescription';
import { Problem } from '../../../../src/core/problem';
import type { Sequences } from '../../../../src/core/sequences';
import { modelFile, tensorTypes } from '../../../../src/runtime/graph/modelFile';
import { observe } from '../../../../src/runtime/observe';
import { randomNumbers } from '../../core/interpret/randomNumbers';
import { describedAs, descriptionOf, fileOf, loaded, replaced } from './ownNetworks';

const plain = { scoresOutput: null, clip: null, progress: () => undefined };

const sequences: Sequences = {
  count: 6,
  inputs: new Map([['X', { dims: [6, 7, 4], values: Float32Array.from({ length: 6 * 7 * 4 }, randomNumbers(1)) }]]),
  fixed: new Map(),
  lengths: null,
  labels: { kind: 'classes', steps: 1, values: Int32Array.of(0, 1, 0, 1, 0, 1) },
  holdout: null,
};

async function reportOf(bytes: Uint8Array) {
  const file = loaded(bytes);
  const observations = await observe(file, sequences, plain);
  const measured = await measureNetwork(file.checkpoint);
  const { checkpoint } = file;
  return analyze({ checkpoint, measured, run: { sequences, observations }, declarations: {}, version: '0' });
}

/** An ONNX file with a vanilla layer; behind another file it is merged into it, as protobuf does. */
const plainRnn = modelFile({
  name: 'more',
  nodes: [{ operator: 'RNN', inputs: ['Z', 'W', 'R'], outputs: ['Y'], attributes: { hidden_size: 1 } }],
  initializers: ['W', 'R'].map((name) => ({
    name,
    dims: [1, 1, 1],
    type: tensorTypes.float32,
    bytes: new Uint8Array(4),
  })),
  inputs: [{ name: 'Z', type: tensorTypes.float32, dims: ['t', 'b', 1] }],
  outputs: [{ name: 'Y', type: tensorTypes.float32 }],
});

/** Reading fails with one sentence that matches. */
function assertRefused(bytes: Uint8Array, pattern: RegExp): void {
  assert.throws(
    () => loaded(bytes),
    (error) => error instanceof Problem && pattern.test(error.message) && /^new\.onnx: .*\.$/s.test(error.message),
  );
}

describe('a file that describes its own network', () => {
  it('by hand: one GRU layer and its readout', () => {
    const { checkpoint } = loaded(fileOf());
    const [layer] = checkpoint.layers;
    assert.deepEqual(
      layer!.matrices.map(({ name, role, gate, tensor }) => [name, role, gate, tensor]),
      [
        ['W_r', 'input', 'reset', 'layer1.W_r'],
        ['U_r', 'recurrent', 'reset', 'layer1.U_r'],
        ['W_z', 'input', 'update', 'layer1.W_z'],
        ['U_z', 'recurrent', 'update', 'layer1.U_z'],
        ['W_a', 'input', 'candidate', 'layer1.W_a'],
        ['U_a', 'recurrent', 'candidate', 'layer1.U_a'],
      ],
    );
    assert.deepEqual(checkpoint.inputs, [
      { name: 'X', elementType: 'float32', shape: [null, null, 4], role: 'sequence', batchAxis: 1, timeAxis: 0 },
    ]);
    assert.deepEqual(checkpoint.outputs.map(({ name, shape }) => [name, shape]), [['hidden', [null, null, 4]], ['scores', [null, 2]]]); // prettier-ignore
    assert.equal(checkpoint.readout!.weights!.tensor, 'V');
  });

  it('keeps vectors that multiply apart from biases, and biases of the state from those of the input', () => {
    const roles = (changes: Partial<CheckpointRequest>): (string | null)[][] =>
      loaded(fileOf(changes)).checkpoint.layers[0]!.biases.map(({ name, role, gate }) => [name, role, gate]);
    assert.deepEqual(roles({ cell: 'sru' }), [
      ['omega_f', 'weight', 'forget'],
      ['b_f', 'inputBias', 'forget'],
      ['omega_p', 'weight', 'output'],
      ['b_p', 'inputBias', 'output'],
    ]);
    assert.deepEqual(roles({ cell: 'statistical-recurrent-unit' }), [['b_r', 'recurrentBias', 'summary'], ['b_p', 'inputBias', 'candidate']]); // prettier-ignore
    assert.deepEqual(roles({ cell: 'gru-reset-after' }).filter(([name]) => name === 'b_u'), [['b_u', 'recurrentBias', 'candidate']]); // prettier-ignore
  });

  const unusable: [string, string][] = [
    ['no JSON', '{"version": 1'],
    ['a list', '[]'],
    ['another version', descriptionOf({}, (d) => Object.assign(d, { version: 2 }))],
    ['a key that is not known', descriptionOf({}, (d) => Object.assign(d, { weights: [] }))],
    ['an unknown cell', descriptionOf({}, (d) => (d.layers[0]!.cell = '__proto__'))],
    ['an option of another cell', descriptionOf({}, (d) => (d.layers[0]!.options = { tied: true }))],
    ['an option of the wrong type', descriptionOf({}, (d) => Object.assign(d.layers[0]!, { options: { bias: 'no' } }))],
    ['endless rotations', descriptionOf({ cell: 'eurnn' }, (d) => (d.layers[0]!.options = { rotations: 1e9 }))],
    ['endless averages', descriptionOf({}, (d) => Object.assign(d.layers[0]!, { cell: 'statistical-recurrent-unit', options: { averages: new Array(1e5).fill(0.5) } }))], // prettier-ignore
    ['no layers', descriptionOf({}, (d) => (d.layers = []))],
    ['half an entry that a layer adds', descriptionOf({}, (d) => (d.layers[0]!.residual = { from: 0.5 }))],
    ['thousands of layers', descriptionOf({}, (d) => (d.layers = Array.from({ length: 3000 }, (_, k) => ({ ...d.layers[0]!, name: `layer${k}` }))))], // prettier-ignore
    ['a size that is too large', descriptionOf({}, (d) => (d.inputSize = 1e300))],
    ['a layer that reads itself', descriptionOf({}, (d) => (d.layers[0]!.reads = [0]))],
    ['widths that do not fit', descriptionOf({}, (d) => (d.layers[0]!.inputSize = 5))],
    ['a text that is too long', `"${'x'.repeat(2 ** 21)}"`],
  ];
  for (const [what, text] of unusable) {
    it(`is refused in one sentence with a description that is ${what}`, () => {
      assertRefused(
        describedAs(fileOf(), text),
        /What the file says under "recurscope\.network" .* cannot be used\. \S/s,
      );
    });
  }

  it('reads what else is in the file when its description cannot be used', () => {
    const { checkpoint } = loaded(Buffer.concat([describedAs(fileOf(), 'no JSON'), plainRnn]));
    assert.deepEqual(checkpoint.layers.map(({ cellName }) => cellName), ['vanilla']); // prettier-ignore
    assert.match(checkpoint.notes[0]!, /cannot be used\. It is not JSON/);
  });

  const misfits: [string, Uint8Array, RegExp][] = [
    ['a wider state', describedAs(fileOf(), descriptionOf({ hiddenSize: 5 })), /needs "layer1\.W_r" as \[5, 4\], but it is \[4, 4\]/], // prettier-ignore
    ['another cell', describedAs(fileOf(), descriptionOf({ cell: 'lstm' })), /needs the tensor "layer1\.W_f", which is not there/], // prettier-ignore
    ['more scores', describedAs(fileOf(), descriptionOf({ readout: 3 })), /needs "V" as \[3, 4\], but it is \[2, 4\]/],
    [
      'a layer of another name',
      describedAs(
        fileOf(),
        descriptionOf({}, (d) => (d.layers[0]!.name = 'x')),
      ),
      /"x\.W_r"/,
    ],
    ['another input', describedAs(fileOf({ cell: 'conv-rnn', readout: null }), descriptionOf({ cell: 'conv-rnn', readout: null, inputSize: 6, hiddenSize: 6 })), /reads "X" \[steps, batch, 6\]/], // prettier-ignore
  ];
  for (const [what, bytes, pattern] of misfits) {
    it(`names what does not fit: ${what}`, () => assertRefused(bytes, pattern));
  }

  it('says which tensor holds a NaN', () => {
    const one = Buffer.from(Float32Array.of(1).buffer);
    const bytes = Buffer.from(fileOf({ cell: 'lstm' }));
    // The forget bias is the only place with four ones in a row.
    const at = bytes.indexOf(Buffer.concat([one, one, one, one]));
    bytes.writeFloatLE(NaN, at);
    assertRefused(bytes, /the tensor "layer1\.b_f" holds a NaN/);
  });

  const lies: [
    string,
    Partial<CheckpointRequest>,
    Partial<CheckpointRequest>,
    ((d: NetworkDescription) => unknown)?,
  ][] = [
    ['the update gate the other way round', {}, { options: { updateKeeps: false } }],
    ['another activation', {}, { options: { candidateActivation: 'relu' } }],
    ['another cell with the same weights', { cell: 'rhn', readout: 2 }, { cell: 'gru' }],
    ['the other direction', {}, {}, (d) => (d.layers[0]!.direction = 'reverse')],
    ['a residual connection that is not there', {}, {}, (d) => (d.layers[0]!.residual = true)],
    ['no residual connection where there is one', { layers: 2, residual: true }, { layers: 2 }],
    ['no residual connections where both directions have one', { layers: 2, bidirectional: true, residual: true }, { layers: 2, bidirectional: true }], // prettier-ignore
    ['a second layer that reads the input', { layers: 2 }, { layers: 2 }, (d) => (d.layers[1]!.reads = 'input')],
  ];
  for (const [what, changes, claimed, edit] of lies) {
    it(`is found out by a run: ${what}`, async () => {
      const honest = await reportOf(fileOf(changes));
      assert.ok(honest.bounds.length > 0 && honest.agreement!.maxRelativeError < 1e-5);
      const { bounds, notes, agreement } = await reportOf(describedAs(fileOf(changes), descriptionOf(claimed, edit)));
      assert.ok(agreement!.maxRelativeError > 1e-4 && bounds.length === 0);
      assert.match(notes[0]!, /was misread/);
    });
  }

  it('gives no bound of scores that are not those of its readout', async () => {
    const { bounds } = await reportOf(describedAs(fileOf(), descriptionOf({ readoutSteps: 'every' })));
    assert.ok(
      bounds.every(({ value, reason }) => value === null && /scores were not found or could not be used/.test(reason!)),
    );
  });

  it('is not compared where the name between the layers is gone, and says so', async () => {
    const { agreement, notes, bounds } = await reportOf(replaced(fileOf(), 'layer1.y', 'layer1.q'));
    assert.equal(agreement, null);
    assert.match(
      notes.join(),
      /the layer "layer1" reads or hands on has no name in the graph, so it cannot be compared/,
    );
    assert.ok(bounds.every(({ value }) => value === null));
  });

  it('names recurrent layers that somebody has added', () => {
    const { checkpoint } = loaded(Buffer.concat([fileOf(), plainRnn]));
    assert.equal(checkpoint.layers.length, 1);
    assert.match(
      checkpoint.notes.join(),
      /recurrent layers that its description does not name; they are not analyzed: "RNN_\d+"/,
    );
  });
});
