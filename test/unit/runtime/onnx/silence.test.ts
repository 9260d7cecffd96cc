import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Gives a model tokens that its embedding does not have, and prints the notes. */
const program = `
const { loadCheckpoint } = require('./src/formats/loadCheckpoint');
const { observe } = require('./src/runtime/observe');
const tokens = { dims: [1, 2], values: Int32Array.of(0, 99) };
const sequences = { count: 1, inputs: new Map([['tokens', tokens]]), fixed: new Map(), lengths: null, labels: null, holdout: null };
const options = { scoresOutput: null, clip: null, progress: () => undefined };
loadCheckpoint('test/fixtures/onnx/gru_embedding.onnx')
  .then((loaded) => observe(loaded, sequences, options))
  .then(({ notes }) => console.log(notes.join('\\n')));
`;

describe('onnxruntime', () => {
  it('prints nothing of its own when it refuses data: the sentence in the notes is enough', async () => {
    // What a native library prints does not pass through this process's own streams, so another process is watched.
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--import=tsx',
      '--input-type=commonjs',
      '--eval',
      program,
    ]);
    assert.match(stdout, /^onnxruntime cannot run gru_embedding.onnx on these data: .*\.\n$/);
    assert.equal(stderr, '');
  });
});
