import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { storedMatrices } from '../../../src/core/storedMatrices';
import { loadCheckpoint } from '../../../src/formats/loadCheckpoint';
import type { CheckpointFile } from '../../../src/formats/weightStore';
import { numberTypes, type NumberType } from '../../../src/formats/storedNumber';
import { openWeightWriter } from '../../../src/formats/writeWeights';
import { newCheckpoint } from '../../../src/runtime/newCheckpoint';
import { newCheckpointCases, titleOfRequest } from '../runtime/newCheckpointCases';
import { otherNumbers, withMatrices } from './otherNumbers';

const root = path.resolve(import.meta.dirname, '../../..');

function filesIn(folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .map((name) => path.join(folder, name))
    .filter((name) => /\.onnx$|model\.json$|(fixtures\/tfjs|alice_epochs)\/[\w-]+\.json$/.test(name));
}

/** Files that are no checkpoints, or give their weights as inputs. */
const unreadable =
  /invalid|onnx-node|ngraph|fixtures\/onnx\/numbers|no_recurrence|loop_only|lstm_misshapen|lstm_nan|lstm_quantized|weights_given|quant_sentinel|charset/;

/** Every checkpoint that the readers know: those of the examples, of the tests, and of other people. */
const files = [
  ...filesIn('examples'),
  ...filesIn('test/fixtures/onnx'),
  ...filesIn('test/fixtures/tfjs'),
  ...filesIn('../shared/checkpoints'),
  ...filesIn('../shared/conformance'),
]
  .filter((name) => !unreadable.test(name))
  .sort();

/** Files whose weights cannot be written back as they are stored, and why. */
const refused: Readonly<Record<string, RegExp>> = {
  'test/fixtures/onnx/lstm_external.onnx': /W_i of the layer "cell" .* stand in the file "lstm_external.bin" beside/,
  'test/fixtures/onnx/lstm_last.onnx': /the matrix V of the readout .* are computed from others/,
  'test/fixtures/onnx/readout_dense.onnx': /the matrix V1 of the readout .* are computed from others/,
  'test/fixtures/tfjs/pooled.json':
    /the matrix V1 of the readout .* are (computed from others|not stored as floating-point numbers)/,
  '../shared/checkpoints/onnx/pose_gru/gru_model.onnx': /the matrix V1 of the readout .* are computed from others/,
  'test/fixtures/onnx/inside_if.onnx': /"hidden away" .* keeps it as the same numbers as U_i of the layer "other"/,
  '../shared/checkpoints/onnx/silero_vad_16k/silero_vad_16k_op15.onnx': /keeps it as the same numbers as W_i/,
};

describe('weights written back', function () {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'weights-'))));
  after(() => rmSync(folder, { recursive: true }));

  const put = (written: readonly CheckpointFile[], name: string): string => {
    const place = path.join(folder, name);
    for (const { path: relative, bytes } of written) {
      const target = path.join(place, relative);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    }
    return path.join(place, written[0]!.path);
  };

  /** Own numbers give the same bytes; others are read again as they are wanted, each rounded once. */
  const check = async (file: string, name: string): Promise<void> => {
    const loaded = await loadCheckpoint(file);
    const { checkpoint } = loaded;
    const writer = await openWeightWriter(loaded, file);
    for (const { path: relative, bytes } of await writer.write(checkpoint))
      assert.ok(readFileSync(path.resolve(path.dirname(file), relative)).equals(bytes), `${relative} is the same`);
    const changed = otherNumbers(checkpoint, 5);
    const written = await writer.write(changed);
    const again = await loadCheckpoint(put(written, name));
    const read = new Map(storedMatrices(again.checkpoint).map(({ key, matrix }) => [key, matrix]));
    const wanted = storedMatrices(changed);
    assert.equal(read.size, wanted.length);
    for (const { key, label, matrix } of wanted) {
      const { values } = read.get(key)!;
      for (const [k, value] of matrix.values.entries()) {
        const isNearest = values[k] === value || values[k] === Math.fround(value);
        assert.ok(isNearest, `${label}[${k}] is ${values[k]} and not ${value}`);
      }
    }
  };

  for (const [k, relative] of files.entries()) {
    it(relative, async function () {
      const file = path.join(root, relative);
      const reason = refused[relative];
      const checked = check(file, String(k));
      if (reason) await assert.rejects(checked, reason);
      else await checked;
    });
  }

  for (const request of newCheckpointCases) {
    it(`a new ${titleOfRequest(request)}`, async () => {
      const file = path.join(folder, `new-${request.seed}.onnx`);
      writeFileSync(file, newCheckpoint(request).bytes);
      await check(file, `again-${request.seed}`);
    });
  }

  describe('stored in other ways', () => {
    const load = async (name: string) => {
      const file = path.join(root, 'test/fixtures/weights', `${name}.onnx`);
      const loaded = await loadCheckpoint(file);
      return {
        loaded,
        checkpoint: loaded.checkpoint,
        writer: await openWeightWriter(loaded, file),
        bytes: readFileSync(file),
      };
    };

    it('in half precision, and in float64 read as float32: rounded once to what the file keeps', async () => {
      const { checkpoint, writer, bytes } = await load('half');
      assert.ok(bytes.equals((await writer.write(checkpoint))[0]!.bytes));
      const changed = otherNumbers(checkpoint, 3);
      const again = await loadCheckpoint(put(await writer.write(changed), 'half'));
      const read = new Map(storedMatrices(again.checkpoint).map(({ key, matrix }) => [key, matrix.values]));
      const typeOf: Readonly<Record<string, NumberType>> = { W: 'float16', R: 'bfloat16', B: 'float64' };
      for (const { key, matrix } of storedMatrices(changed)) {
        const { nearest } = numberTypes[typeOf[matrix.tensor] ?? 'float32'];
        assert.deepEqual(read.get(key), Float32Array.from(matrix.values, nearest));
      }
    });

    it('a number that float16 does not hold is refused', async () => {
      const { checkpoint, writer } = await load('half');
      const changed = withMatrices(checkpoint, (values) => values.map(() => 1e5));
      await assert.rejects(
        writer.write(changed),
        /W_i .*tensor "W" of half\.onnx.* 100000 is no number that float16 holds/,
      );
    });

    it('a matrix that the embedding shares is refused, and the layers behind it are not', async () => {
      const { checkpoint, writer } = await load('tied');
      const changed = otherNumbers(checkpoint, 3);
      await assert.rejects(writer.write(changed), /V of the readout .* same numbers as the embedding "E"/);
      const layers = changed.layers.map((layer, k) => ({ ...layer, input: checkpoint.layers[k]!.input }));
      const written = await writer.write({ layers, readout: checkpoint.readout });
      const again = await loadCheckpoint(put(written, 'tied'));
      assert.deepEqual(
        again.checkpoint.layers[0]!.matrices[0]!.values,
        Float32Array.from(changed.layers[0]!.matrices[0]!.values),
      );
      assert.deepEqual(again.checkpoint.readout!.weights!.values, checkpoint.readout!.weights!.values);
    });

    it('a matrix that is computed is refused, and one bias for all scores may change as one', async () => {
      const { checkpoint, writer } = await load('scaled');
      const [layer] = checkpoint.layers;
      const changed = otherNumbers(checkpoint, 3);
      await assert.rejects(
        writer.write(changed),
        /W of the layer "RNN_1" .* are computed from others \(quantized, scaled, normalized or added\)/,
      );
      const { readout } = checkpoint;
      const withBias = (values: number[]) => ({
        layers: [{ ...layer!, matrices: [layer!.matrices[0]!, changed.layers[0]!.matrices[1]!] }],
        readout: { ...readout!, bias: { ...readout!.bias!, values: Float64Array.from(values) } },
      });
      const again = await loadCheckpoint(put(await writer.write(withBias([0.5, 0.5, 0.5])), 'scaled'));
      assert.deepEqual([...again.checkpoint.readout!.bias!.values], [0.5, 0.5, 0.5]);
      await assert.rejects(writer.write(withBias([0.5, 0.5, 0.25])), /the bias c .* another number of the bias c/);
    });

    it('it is said beforehand what could not be written, of what the scores depend on', async () => {
      for (const [name, reason] of [
        ['tied', /V of the readout .* the embedding "E"/],
        ['scaled', /W of the layer .* are computed from others/],
      ] as const) {
        const { writer } = await load(name);
        assert.throws(() => writer.requireWritable(), reason);
      }
      (await load('half')).writer.requireWritable();
      for (const [name, reason] of Object.entries(refused)) {
        const file = path.join(root, name);
        // A layer inside a branch and one that shares its numbers are not what the scores of that file depend on.
        if (!existsSync(file) || name.includes('inside_if')) continue;
        const writer = await openWeightWriter(await loadCheckpoint(file), file);
        assert.throws(() => writer.requireWritable(), reason);
      }
    });

    it('nothing else in the file changes: it is as long as before, and metadata stay', async () => {
      const { checkpoint, writer, bytes } = await load('half');
      const [{ bytes: written }] = (await writer.write(otherNumbers(checkpoint, 9))) as [CheckpointFile];
      assert.equal(written.length, bytes.length);
      const differing = [...written.keys()].filter((k) => written[k] !== bytes[k]);
      const stored = 2 * 4 * 8 * 5 + 2 * 4 * 8 * 8 + 8 * 8 * 8 + 4 * (3 * 8 + 3);
      assert.ok(differing.length > 0.5 * stored && differing.length <= stored);
      assert.ok(
        Buffer.from(written).includes('Everything else stays as it is.') && Buffer.from(written).includes('long ago'),
      );
    });
  });
});
