import assert from 'node:assert/strict';
import path from 'node:path';
import { centredOn } from '../../../../src/core/analysis/centred';
import { measureNetwork } from '../../../../src/core/analysis/measureNetwork';
import type { BoundQuestion } from '../../../../src/core/bounds/boundQuestion';
import { everyBound, someBounds } from '../../../../src/core/bounds/everyBound';
import { fromPortable, toPortable } from '../../../../src/core/bounds/portableQuestion';
import { portableText, revived } from '../../../../src/core/bounds/portableText';
import type { CheckpointRequest } from '../../../../src/core/cells/checkpointRequest';
import { analyzeCheckpoint } from '../../../../src/engine/analyzeCheckpoint';
import { readOnnx } from '../../../../src/formats/onnx/readOnnx';
import { newCheckpoint } from '../../../../src/runtime/newCheckpoint';
import { checkpointOf, margins, questionOf, sampleOf, smallVanilla } from './networkQuestion';

async function questionOfExample(name: string): Promise<BoundQuestion> {
  let question: BoundQuestion | null = null;
  const request = { checkpoint: path.resolve('examples', name), data: null, config: null, mayRun: true };
  await analyzeCheckpoint(
    request,
    () => {},
    (findings) => (question = findings.question),
  );
  assert.ok(question);
  return question;
}

/** A stack in both directions with residual connections, whose layers add different parts of what they read. */
async function questionOfStack(): Promise<BoundQuestion> {
  const request: CheckpointRequest = {
    ...{ cell: 'lstm', options: {}, inputSize: 3, hiddenSize: 2, layers: 3, bidirectional: true, residual: true },
    ...{ readout: 2, readoutSteps: 'last', seed: 1 },
  };
  const read = (seed: number) => ({
    ...readOnnx(newCheckpoint({ ...request, seed }).bytes, 'stack.onnx', () => {
      throw new Error('The file has no external data.');
    }).checkpoint,
    sha256: '',
  });
  const { start, distance } = centredOn(read(1), read(2));
  const measured = async (checkpoint: BoundQuestion['checkpoint']) => ({
    checkpoint,
    measured: await measureNetwork(checkpoint),
  });
  const sample = sampleOf(margins(Array.from({ length: 500 }, (_, k) => (k % 50 === 0 ? NaN : 1 + k / 100))));
  const question = await questionOf(read(1), { ...sample, heldOut: margins([1, -1, -0, 2]) }, { delta: 0.1 });
  return {
    ...question,
    reference: { file: 'r.onnx', start: await measured(start), distance: await measured(distance) },
  };
}

describe('a question that crosses the border of a process', () => {
  const questions: Readonly<Record<string, () => Promise<BoundQuestion>>> = {
    'oscillators-vanilla.onnx': () => questionOfExample('oscillators-vanilla.onnx'),
    'drift-gru.onnx': () => questionOfExample('drift-gru.onnx'),
    'temporal-order-lstm.onnx': () => questionOfExample('temporal-order-lstm.onnx'),
    'pulses-tfjs-lstm/model.json': () => questionOfExample('pulses-tfjs-lstm/model.json'),
    'a stack in both directions with a reference': questionOfStack,
  };
  for (const [name, make] of Object.entries(questions)) {
    it(`has every bound, bit for bit: ${name}`, async () => {
      const question = await make();
      const text = toPortable(question);
      assert.ok(text.length < 300_000, `${text.length} characters`);
      const bounds = everyBound(question);
      assert.ok(bounds.some(({ value }) => value !== null));
      assert.deepEqual(everyBound(fromPortable(text)), bounds);
    });
  }

  it('has the same cells as before, and layers that are measured are its layers', async () => {
    const question = await questionOfStack();
    const { checkpoint, measured } = fromPortable(toPortable(question));
    for (const [k, layer] of checkpoint.layers.entries()) {
      assert.equal(layer.cell!.output, question.checkpoint.layers[k]!.cell!.output);
      assert.equal(measured.layers[k]!.layer, layer);
      assert.equal(measured.layers[k]!.matrices[0]!.parameter, layer.matrices[0]);
    }
  });

  it('leaves entries of matrices and margins behind, and says so when asked for them', async () => {
    const question = await questionOf(checkpointOf(smallVanilla), sampleOf(margins([1, 2])));
    const { checkpoint, sample } = fromPortable(toPortable(question));
    const { matrices, biases } = checkpoint.layers[0]!;
    assert.throws(() => matrices.find(({ name }) => name === 'U')!.values, /left behind/);
    assert.deepEqual(biases[0]!.values, question.checkpoint.layers[0]!.biases[0]!.values);
    assert.equal(sample!.training!.values.length, 0);
  });

  it('keeps numbers that JSON does not know', () => {
    const data = {
      list: [NaN, -Infinity, -0, 0.1],
      floats: Float32Array.of(0.1, NaN),
      doubles: Float64Array.of(-0, 5e-324),
      whole: Int32Array.of(-1),
      nothing: null,
    };
    assert.deepEqual(revived(portableText(data)), data);
    assert.throws(() => portableText({ map: new Map() }), /do not cross/);
  });

  it('may be asked for some of its bounds, each with its own share of δ', async () => {
    const question = await questionOf(checkpointOf(smallVanilla), sampleOf(margins([1, 2])));
    assert.deepEqual(
      someBounds(question, ({ id }) => id === 'T2-Occam'),
      everyBound(question).filter(({ id }) => id === 'T2-Occam'),
    );
  });
});
