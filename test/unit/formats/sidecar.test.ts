import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Problem } from '../../../src/core/problem';
import { readSidecar, sidecarPath, writePathIntoSidecar } from '../../../src/formats/sidecar';

describe('sidecar', () => {
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'sidecar-'))));
  afterEach(() => rm(folder, { recursive: true }));

  async function read(text: string) {
    const path = join(folder, 'model.onnx.recurscope.json');
    await writeFile(path, text);
    return readSidecar(path);
  }

  it('stands beside the checkpoint, under its full name', () => {
    assert.equal(sidecarPath('/models/lstm.onnx'), '/models/lstm.onnx.recurscope.json');
  });

  it('reads what fits the schema', async () => {
    const declarations = {
      $schema: 'x',
      data: 'a.npz',
      delta: 0.01,
      inputDomain: { norm2: 1, maxLength: 40 },
      task: 'regression',
      loss: { kind: 'squared', scale: 0.5 },
      heldOut: { from: 3 },
    };
    assert.deepEqual(await read(JSON.stringify(declarations)), declarations);
    assert.deepEqual(await read('\uFEFF{}'), {});
  });

  const mistakes: readonly (readonly [string, RegExp])[] = [
    [
      '{"detla": 0.1}',
      /^In the sidecar model.onnx.recurscope.json, the key "detla" is not known; known are \$schema, data, reference, scores, delta, .*\.$/,
    ],
    [
      '{"inputDomain": {"norm1": 1}}',
      /the key "inputDomain.norm1" is not known; known are norm2, normInf, maxLength, clip\.$/,
    ],
    ['{"delta": 0}', /"delta" must be > 0\.$/],
    ['{"delta": "a"}', /"delta" must be number\.$/],
    ['{"task": "guess"}', /"task" must be one of "classification", "regression"\.$/],
    ['{"loss": {"scale": 0}}', /"loss.scale" must be > 0\.$/],
    ['{"loss": {"kind": "huber"}}', /"loss.kind" must be one of "absolute", "squared"\.$/],
    ['{"heldOut": {}}', /"heldOut" needs the key "from"\.$/],
    ['{"heldOut": {"from": 1.5}}', /"heldOut.from" must be integer\.$/],
    ['[]', /the file must be object\.$/],
    ['{"delta":', /is not valid JSON/],
  ];
  for (const [text, message] of mistakes) {
    it(`explains ${text}`, async () => {
      await assert.rejects(read(text), (error) => error instanceof Problem && message.test(error.message));
    });
  }

  it('throws nothing but Problems for any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.record({ delta: fc.jsonValue(), heldOut: fc.jsonValue() }).map((value) => JSON.stringify(value)),
        ),
        async (text) => {
          await read(text).catch((error: unknown) => assert.ok(error instanceof Problem, String(error)));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('makes a sidecar that names the data, relative to it', async () => {
    await mkdir(join(folder, 'data'));
    await writePathIntoSidecar(join(folder, 'lstm.json'), 'data', join(folder, 'data', 'a.npz'));
    assert.deepEqual(await readSidecar(join(folder, 'lstm.json.recurscope.json')), { data: 'data/a.npz' });
  });

  it('keeps the other keys and leaves nothing else behind', async () => {
    const path = join(folder, 'lstm.json.recurscope.json');
    await writeFile(path, '{"delta": 0.1, "data": "old.npz", "note": 1}');
    await writePathIntoSidecar(join(folder, 'lstm.json'), 'data', join(folder, 'new.npz'));
    assert.equal(await readFile(path, 'utf8'), '{\n  "delta": 0.1,\n  "data": "new.npz",\n  "note": 1\n}\n');
    assert.deepEqual(await readdir(folder), ['lstm.json.recurscope.json']);
  });

  it('names a reference and takes it out again, as if it had never been there', async () => {
    const path = join(folder, 'lstm.json.recurscope.json');
    const before = '{\n  "delta": 0.1\n}\n';
    await writeFile(path, before);
    await writePathIntoSidecar(join(folder, 'lstm.json'), 'reference', join(folder, 'first.json'));
    assert.deepEqual(await readSidecar(path), { delta: 0.1, reference: 'first.json' });
    await writePathIntoSidecar(join(folder, 'lstm.json'), 'reference', null);
    assert.equal(await readFile(path, 'utf8'), before);
  });

  it('refuses a folder, and a pipe instead of waiting for it', async () => {
    const path = join(folder, 'model.onnx.recurscope.json');
    const refused = (work: Promise<unknown>) =>
      assert.rejects(work, (error) => error instanceof Problem && /is not a regular file/.test(error.message));
    await mkdir(path);
    await refused(readSidecar(path));
    if (process.platform === 'win32') return;
    await rm(path, { recursive: true });
    execFileSync('mkfifo', [path]);
    await refused(readSidecar(path));
    await refused(writePathIntoSidecar(join(folder, 'model.onnx'), 'data', join(folder, 'a.npz')));
  });

  it('does not replace a sidecar that it cannot read', async () => {
    const path = join(folder, 'lstm.json.recurscope.json');
    await writeFile(path, '{"delta": 0.1,');
    await assert.rejects(writePathIntoSidecar(join(folder, 'lstm.json'), 'data', join(folder, 'a.npz')), Problem);
    assert.equal(await readFile(path, 'utf8'), '{"delta": 0.1,');
  });
});
