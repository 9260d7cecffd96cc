import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Problem } from '../../../src/core/problem';
import { requireNewFile, writeNewFile } from '../../../src/runtime/newCheckpointFile';

describe('a file that is not there yet', () => {
  let folder = '';
  const at = (name: string): string => path.join(folder, name);
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(tmpdir(), 'recurscope-file-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const refuses = (file: string, sentence: RegExp): Promise<void> =>
    assert.rejects(writeNewFile(file, Uint8Array.of(1)), (error) => error instanceof Problem && sentence.test(error.message)); // prettier-ignore

  it('is written whole, and nobody listens to signals afterwards', async () => {
    const before = process.listenerCount('SIGINT');
    await writeNewFile(at('x.onnx'), Uint8Array.of(1, 2, 3));
    assert.deepEqual([...fs.readFileSync(at('x.onnx'))], [1, 2, 3]);
    assert.deepEqual(fs.readdirSync(folder), ['x.onnx']);
    assert.equal(process.listenerCount('SIGINT'), before);
  });

  it('is named as it is where it cannot be written, not by its temporary name', async () => {
    fs.writeFileSync(at('file'), '');
    fs.mkdirSync(at('place'));
    await refuses(at('file'), /^file exists already, and nothing is overwritten/);
    await refuses(at('place'), /place is a folder: name the file to be written in it\.$/);
    await refuses(at('no/x.onnx'), /x\.onnx cannot be written: there is no folder .*no; make it first\.$/);
    await refuses(at('file/x.onnx'), /x\.onnx cannot be written: .*file is no folder\.$/);
    const long = at(`${'x'.repeat(250)}.onnx`);
    await requireNewFile(long);
    await assert.rejects(writeNewFile(long, Uint8Array.of(1)), (error: Error) => !error.message.includes('.part'));
    assert.deepEqual(fs.readdirSync(folder).sort(), ['file', 'place']);
  });
});
