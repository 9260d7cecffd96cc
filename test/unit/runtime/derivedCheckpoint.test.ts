import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadCheckpoint } from '../../../src/formats/loadCheckpoint';
import { writeWeights } from '../../../src/formats/writeWeights';
import { derivedPlace, writeDerivedCheckpoint } from '../../../src/runtime/derivedCheckpoint';
import { writeNewFolder } from '../../../src/runtime/newCheckpointFolder';
import { otherNumbers } from '../formats/otherNumbers';

const retrained = { label: 'retrained', numbered: true };
const noised = { label: 'noised', numbered: false };

describe('a checkpoint made from another', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'derived-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has a name beside the original', () => {
    assert.equal(derivedPlace('/a/net.onnx', retrained, 3), path.resolve('/a/net.retrained-3.onnx'));
    assert.equal(derivedPlace('/a/net.v2.onnx', noised, 1), path.resolve('/a/net.v2.noised.onnx'));
    assert.equal(derivedPlace('/a/model.json', retrained, 1), path.resolve('/a.retrained-1'));
    assert.equal(derivedPlace('/model.json', retrained, 1), path.resolve('/model.retrained-1'));
    assert.equal(derivedPlace('/a/alice-5.json', retrained, 1), path.resolve('/a/alice-5.retrained-1'));
  });

  it('takes the next number that is free, and a name without a number only once', async () => {
    const original = path.join(folder, 'net.onnx');
    const bytes = (n: number) => [{ path: 'net.onnx', bytes: Uint8Array.of(n) }];
    for (const n of [1, 2, 3]) await writeDerivedCheckpoint(original, bytes(n), retrained);
    await writeDerivedCheckpoint(original, bytes(4), noised);
    await assert.rejects(
      writeDerivedCheckpoint(original, bytes(5), noised),
      /^Problem: net.noised.onnx exists already/,
    );
    const found = readdirSync(folder).map((name) => [name, ...readFileSync(path.join(folder, name))]);
    assert.deepEqual(found, [['net.noised.onnx', 4], ['net.retrained-1.onnx', 1], ['net.retrained-2.onnx', 2], ['net.retrained-3.onnx', 3]]); // prettier-ignore
  });

  it('is a whole folder of TensorFlow.js, which can be read, with the numbers that were wanted', async () => {
    const file = path.resolve('examples/pulses-tfjs-lstm/model.json');
    const original = path.join(folder, 'pulses/model.json');
    mkdirSync(path.dirname(original));
    const loaded = await loadCheckpoint(file);
    const changed = otherNumbers(loaded.checkpoint, 2);
    const written = await writeDerivedCheckpoint(original, await writeWeights(loaded, file, changed), retrained);
    assert.equal(written, path.join(folder, 'pulses.retrained-1/model.json'));
    const again = await loadCheckpoint(written);
    const { values } = changed.readout!.weights!;
    assert.deepEqual(again.checkpoint.readout!.weights!.values, Float32Array.from(values));
    assert.deepEqual(readdirSync(folder).sort(), ['pulses', 'pulses.retrained-1']);
  });

  it('leaves nothing where it cannot be written, and does not touch what is there', async () => {
    const taken = path.join(folder, 'taken');
    mkdirSync(taken);
    writeFileSync(path.join(taken, 'mine'), '');
    await assert.rejects(
      writeNewFolder(taken, [{ path: 'model.json', bytes: Uint8Array.of(1) }]),
      /taken exists already/,
    );
    assert.deepEqual(readdirSync(taken), ['mine']);
    // The second file cannot be written, because the first has the name of its folder.
    const files = [{ path: 'a', bytes: Uint8Array.of(1) }, { path: 'a/b', bytes: Uint8Array.of(2) }]; // prettier-ignore
    await assert.rejects(writeNewFolder(path.join(folder, 'new'), files), /^Problem: /);
    assert.ok(!existsSync(path.join(folder, 'new')));
    assert.deepEqual(readdirSync(folder), ['taken']);
  });
});
