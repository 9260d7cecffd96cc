import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveReport } from '../../../src/engine/saveReport';
import { reportJson } from '../../../src/core/reportJson';
import { aReport } from '../core/aReport';

describe('saveReport', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recurscope-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes both reports beside the checkpoint and nothing else', async () => {
    const files = await saveReport(join(folder, 'a.onnx'), aReport());
    assert.deepEqual(files, [join(folder, 'a.onnx.bounds.json'), join(folder, 'a.onnx.bounds.md')]);
    assert.deepEqual((await readdir(folder)).sort(), ['a.onnx.bounds.json', 'a.onnx.bounds.md']);
    assert.deepEqual(JSON.parse(await readFile(files[0]!, 'utf8')), aReport());
  });

  it('replaces an older report', async () => {
    await saveReport(join(folder, 'a.onnx'), aReport());
    await saveReport(join(folder, 'a.onnx'), aReport({ notes: ['newer'] }));
    assert.match(await readFile(join(folder, 'a.onnx.bounds.md'), 'utf8'), /newer/);
  });

  it('leaves nothing behind when a file cannot be written', async () => {
    await assert.rejects(saveReport(join(folder, 'absent', 'a.onnx'), aReport()), /check that the folder is writable/);
    await mkdir(join(folder, 'a.onnx.bounds.md'));
    await assert.rejects(saveReport(join(folder, 'a.onnx'), aReport()), /could not be saved/);
    assert.deepEqual(await readdir(folder), ['a.onnx.bounds.md']);
  });

  it('gives the same bytes for the same report', () => {
    assert.equal(reportJson(aReport()), reportJson(aReport()));
  });
});
