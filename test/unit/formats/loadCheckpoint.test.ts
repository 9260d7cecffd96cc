import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadCheckpoint } from '../../../src/formats/loadCheckpoint';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/onnx');
const shared = path.resolve(import.meta.dirname, '../../../../shared/checkpoints');

describe('loadCheckpoint', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'recurscope-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, content: string | Uint8Array): string => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const refuses = (file: string, message: RegExp): Promise<void> => assert.rejects(loadCheckpoint(file), { name: 'Problem', message }); // prettier-ignore

  it('knows an ONNX file by its content, and its hash', async () => {
    const bytes = readFileSync(path.join(fixtures, 'lstm_last.onnx'));
    const { checkpoint, program } = await loadCheckpoint(write('model.bin', bytes));
    assert.deepEqual([checkpoint.file, checkpoint.format, program.kind], ['model.bin', 'onnx', 'onnx']);
    assert.equal(checkpoint.sha256, createHash('sha256').update(bytes).digest('hex'));
  });

  it('says how to export files that hold weights only', async () => {
    await refuses(write('model.pt', 'x'), /^model\.pt is a PyTorch file.*torch\.onnx\.export/);
    await refuses(write('model.PTH', 'x'), /PyTorch file/);
    await refuses(write('model.h5', 'x'), /Keras file.*export/);
    await refuses(write('model.keras', 'x'), /Keras file/);
    await refuses(write('model.safetensors', 'x'), /safetensors file.*torch\.onnx\.export/);
  });

  it('refuses files that are no whole checkpoint, in one sentence', async () => {
    await refuses(write('empty.onnx', ''), /^empty\.onnx is empty/);
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n';
    await refuses(write('pointer.onnx', pointer), /Git LFS pointer.*git lfs pull/);
    await refuses(write('pointer.json', pointer), /Git LFS pointer/);
    await refuses(write('text.onnx', 'Hello, this is not a network at all.'), /^text\.onnx is not/);
    const whole = readFileSync(path.join(fixtures, 'lstm_last.onnx'));
    await refuses(write('short.onnx', whole.subarray(0, 700)), /^short\.onnx is not a whole ONNX file.*truncated/);
    await refuses(path.join(folder, 'absent.onnx'), /^absent\.onnx does not exist/);
    await refuses(folder, /is a folder/);
    await refuses(path.join(fixtures, 'no_recurrence.onnx'), /no recurrent layer/);
    await refuses(path.join(fixtures, 'loop_only.onnx'), /1 Loop node was not recognised as a recurrent cell \("repeat"\)/); // prettier-ignore
    await refuses(path.join(fixtures, 'weights_given.onnx'), /LSTM node "cell".*the input "W"/);
    await refuses(path.join(fixtures, 'lstm_nan.onnx'), /the tensor "R" holds a NaN/);
    await refuses(path.join(fixtures, 'lstm_misshapen.onnx'), /"R" as \[1, 8, 2\], but they are \[1, 7, 2\]/);
  });

  it('refuses a file of more than 2 GB without reading it', async () => {
    const file = write('huge.onnx', 'x');
    truncateSync(file, 2 ** 31);
    await refuses(file, /^huge\.onnx is larger than 2 GB/);
  });

  it('says that a file may not be read', async function () {
    const file = write('secret.onnx', 'x');
    chmodSync(file, 0);
    // The superuser may read everything, so there is nothing to refuse.
    if (process.getuid?.() === 0) await refuses(file, /secret\.onnx/);
    else await refuses(file, /^secret\.onnx may not be read/);
  });

  it('reads external data only from files in the same folder', async () => {
    const model = path.join(folder, 'lstm_external.onnx');
    copyFileSync(path.join(fixtures, 'lstm_external.onnx'), model);
    await refuses(model, /weights file "lstm_external\.bin" beside it, which is missing/);
    const weights = path.join(folder, 'lstm_external.bin');
    copyFileSync(path.join(fixtures, 'lstm_external.bin'), weights);
    assert.equal((await loadCheckpoint(model)).checkpoint.layers.length, 1);
    truncateSync(weights, 100);
    await refuses(model, /"lstm_external\.bin" of lstm_external\.onnx is too short/);
    rmSync(weights);
    mkdirSync(path.join(folder, 'inner'));
    const inner = path.join(folder, 'inner', 'lstm_external.onnx');
    copyFileSync(model, inner);
    copyFileSync(path.join(fixtures, 'lstm_external.bin'), weights);
    symlinkSync(weights, path.join(folder, 'inner', 'lstm_external.bin'));
    await refuses(inner, /leads out of its own folder/);
    const climbing = Buffer.from(readFileSync(model)).toString('latin1').replaceAll('lstm_external.bin', '../m_external.bin'); // prettier-ignore
    await refuses(write('climbing.onnx', Buffer.from(climbing, 'latin1')), /"\.\.\/m_external\.bin", which is not in its own folder/); // prettier-ignore
  });

  it('refuses pipes in place of a checkpoint, of external data and of weight shards, instead of waiting for them', async () => {
    if (process.platform === 'win32') return;
    const pipes = mkdtempSync(path.join(folder, 'pipes-'));
    for (const name of ['model.onnx', 'lstm_external.bin', 'functional.weights.bin'])
      execFileSync('mkfifo', [path.join(pipes, name)]);
    await refuses(path.join(pipes, 'model.onnx'), /^model\.onnx is not a regular file/);
    const external = path.join(pipes, 'lstm_external.onnx');
    copyFileSync(path.join(fixtures, 'lstm_external.onnx'), external);
    await refuses(external, /"lstm_external\.bin" of lstm_external\.onnx is not a regular file/);
    const layers = path.join(pipes, 'functional.json');
    copyFileSync(path.join(fixtures, '../tfjs/functional.json'), layers);
    await refuses(layers, /"functional\.weights\.bin" of functional\.json is not a regular file/);
  });

  it('refuses the invalid files of the reference material', async function () {
    if (!existsSync(shared)) return;
    await refuses(path.join(shared, 'invalid/lfs_pointer/silero_vad.onnx'), /Git LFS pointer/);
    await refuses(path.join(shared, 'invalid/tfjs_graph_model/model.json'), /graph[- ]model/);
  });
});
