import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { measureNetwork } from '../../../src/core/analysis/measureNetwork';
import { analyze } from '../../../src/core/analyze';
import type { CheckpointRequest } from '../../../src/core/cells/checkpointRequest';
import type { CellName } from '../../../src/core/cells/cells';
import { initialNetwork } from '../../../src/core/cells/initialNetwork';
import { placedName, withResidual } from '../../../src/core/cells/network';
import { stack } from '../../../src/core/cells/stack';
import type { Checkpoint } from '../../../src/core/checkpoint';
import type { Sequences } from '../../../src/core/sequences';
import type { LoadedCheckpoint } from '../../../src/formats/loadedCheckpoint';
import { readOnnx } from '../../../src/formats/onnx/readOnnx';
import { newCheckpoint } from '../../../src/runtime/newCheckpoint';
import { observe } from '../../../src/runtime/observe';
import { sessionOptions } from '../../../src/runtime/sessionOptions';
import { largestError } from '../core/interpret/referenceCases';
import { variantsOf } from '../core/interpret/cellVariants';
import { randomNumbers } from '../core/interpret/randomNumbers';
import { assertValidReport } from '../validReport';
import { evaluateNetwork } from './evaluateNetwork';
import { newCheckpointCases, titleOfRequest } from './newCheckpointCases';

const plain = { scoresOutput: null, clip: null, progress: () => undefined };
const steps = 5;
const batch = 3;

function loaded(bytes: Uint8Array): LoadedCheckpoint {
  const { checkpoint, program } = readOnnx(bytes, 'new.onnx', () => assert.fail('nothing lies beside it'));
  return { checkpoint: { ...checkpoint, sha256: '' }, program: { ...program, path: 'new.onnx', bytes } };
}

/** The layers are those that were asked for: the same equations, sizes and connections, and the same weights bit by bit. */
function assertSameNetwork(checkpoint: Checkpoint, request: CheckpointRequest): void {
  const network = stack(request);
  const weights = initialNetwork(network, request.seed);
  assert.equal(checkpoint.layers.length, network.layers.length);
  const seen = new Set<string>();
  for (const [k, wanted] of network.layers.entries()) {
    const layer = checkpoint.layers[k]!;
    const { name, inputSize, hiddenSize, direction } = wanted;
    assert.deepEqual(
      [layer.name, layer.cellName, layer.inputSize, layer.hiddenSize, layer.direction, layer.withheld],
      [name, wanted.cell.name, inputSize, hiddenSize, direction, null],
    );
    assert.deepEqual(layer.input, wanted.reads === 'input' ? { kind: 'model', input: 'X' } : { kind: 'layers', layers: wanted.reads }); // prettier-ignore
    // Equal structure is the same object.
    assert.ok(layer.cell!.states.every(({ after }, s) => after === wanted.cell.states[s]!.after));
    assert.equal(layer.cell!.output, withResidual(wanted.cell, wanted.residual).output);
    assert.equal(layer.residual, wanted.residual !== false);
    for (const { name: parameter, values } of [...layer.matrices, ...layer.biases]) {
      assert.deepEqual(Float64Array.from(values), weights.get(placedName(name, parameter)), parameter);
      seen.add(placedName(name, parameter));
    }
  }
  const { readout } = checkpoint;
  assert.equal(readout !== null, request.readout !== null);
  if (readout) {
    assert.deepEqual(Float64Array.from(readout.weights!.values), weights.get('V'));
    assert.deepEqual(Float64Array.from(readout.bias!.values), weights.get('c'));
    assert.deepEqual([readout.steps, readout.outputs], [request.readoutSteps, request.readout]);
    seen.add('V').add('c');
  }
  assert.deepEqual([...seen].sort(), [...weights.keys()].sort());
  assert.equal(checkpoint.parameters, [...weights.values()].reduce((sum, { length }) => sum + length, 0)); // prettier-ignore
  assert.deepEqual(checkpoint.notes, []);
}

/** The file runs as any ONNX model does, and computes what its equations say. */
async function assertRunsAsRead(bytes: Uint8Array, checkpoint: Checkpoint): Promise<void> {
  const width = checkpoint.inputs[0]!.shape[2]!;
  const input = Float32Array.from({ length: steps * batch * width }, randomNumbers(width));
  const session = await InferenceSession.create(bytes, sessionOptions);
  const answers = await session.run({ X: new Tensor('float32', input, [steps, batch, width]) });
  await session.release();
  const expected = evaluateNetwork(checkpoint, Float64Array.from(input), { steps, batch });
  assert.ok(largestError(answers['hidden']!.data as Float32Array, expected.hidden) < 1e-5);
  assert.deepEqual(answers['hidden']!.dims.slice(0, 2), [steps, batch]);
  assert.equal('scores' in answers, expected.scores !== null);
  if (expected.scores) assert.ok(largestError(answers['scores']!.data as Float32Array, expected.scores) < 1e-5);
}

/** Sequences of two lengths, some of them held out. */
function sequencesFor({ inputs, readout }: Checkpoint, hasLabels: boolean): Sequences {
  const width = inputs[0]!.shape[2]!;
  const count = 8;
  const labelled = readout?.steps === 'every' ? steps : 1;
  return {
    count,
    inputs: new Map([
      ['X', { dims: [count, steps, width], values: Float32Array.from({ length: count * steps * width }, randomNumbers(width + 1)) }], // prettier-ignore
    ]),
    fixed: new Map(),
    lengths: Int32Array.from({ length: count }, (_, k) => (labelled === 1 && k % 2 === 1 ? steps - 2 : steps)),
    labels: readout && hasLabels ? { kind: 'classes', steps: labelled, values: Int32Array.from({ length: count * labelled }, (_, k) => k % 3) } : null, // prettier-ignore
    holdout: Uint8Array.from({ length: count }, (_, k) => Number(k >= 4)),
  };
}

/** Bounds of every case would take most of the time of this file: they are computed for each cell alone and in a stack. */
function isBounded({ cell, options, layers, bidirectional, readout }: CheckpointRequest): boolean {
  const isPlain = JSON.stringify(options) === JSON.stringify(variantsOf(cell as CellName)[0]!.options);
  return isPlain && readout !== null && (layers === 1) !== bidirectional;
}

describe('a new checkpoint', () => {
  for (const request of newCheckpointCases) {
    it(`is read as what it is, runs, and is analyzed: ${titleOfRequest(request)}`, async () => {
      const { bytes, parameters } = newCheckpoint(request);
      assert.deepEqual(newCheckpoint(request).bytes, bytes);
      const file = loaded(bytes);
      const { checkpoint } = file;
      assert.equal(parameters, checkpoint.parameters);
      assertSameNetwork(checkpoint, request);
      await assertRunsAsRead(bytes, checkpoint);

      const hasLabels = isBounded(request);
      const sequences = sequencesFor(checkpoint, hasLabels);
      const observations = await observe(file, sequences, plain);
      assert.deepEqual(observations.notes, []);
      assert.ok(observations.agreement!.maxRelativeError < 1e-5, `${observations.agreement!.maxRelativeError}`);
      assert.equal(observations.readoutCompared, request.readout !== null);
      const measured = await measureNetwork(checkpoint);
      const report = analyze({
        checkpoint,
        measured,
        run: { sequences, observations },
        declarations: {},
        version: '0',
      });
      assertValidReport(report);
      for (const [k, layer] of report.layers.entries()) {
        const { cell, matrices, biases } = checkpoint.layers[k]!;
        assert.deepEqual(layer.gates.map(({ gate }) => gate), Object.keys(cell!.gates)); // prettier-ignore
        assert.equal(layer.matrices.length, matrices.length);
        assert.equal(layer.biases.length + layer.vectors.length, biases.length);
        for (const { spectralNorm, frobeniusNorm } of layer.matrices) {
          assert.ok(0 < spectralNorm.lower && spectralNorm.upper <= frobeniusNorm * (1 + 1e-9));
        }
        assert.ok(layer.equations.length > 0);
      }
      const heldOut = report.bounds.find(({ id }) => id === 'held-out');
      assert.equal(typeof heldOut?.value, hasLabels ? 'number' : 'object');
      for (const { value, reason } of report.bounds) assert.ok((value === null) === (reason !== null));
      if (hasLabels && request.residual) {
        const rows = report.bounds.filter(({ id, value }) => id.startsWith('CALC-') && value !== null);
        assert.ok(rows.length >= 4, `${rows.length} rows of the calculus have a number`);
      }
    });
  }

  it('has other weights for another seed', () => {
    const [request] = newCheckpointCases;
    assert.notDeepEqual(
      newCheckpoint({ ...request!, seed: 1001 }).bytes,
      newCheckpoint({ ...request!, seed: 1002 }).bytes,
    );
  });
});
