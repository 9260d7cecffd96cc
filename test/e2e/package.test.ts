import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { chooseFromExplorerMenu } from '../host/workbench';
import {
  keepPictureOfFailure,
  openExamples,
  reportOfCommandLine,
  takeScreenshot,
  type ExampleWindow,
} from './exampleWindow';
import { panelIsReady, tablesOfPanel, tablesOfReport } from './panel';

const root = path.resolve(__dirname, '../..');

describe('The package for this platform', () => {
  const file = 'oscillators-vanilla.onnx';
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const vsix = path.join(root, 'out', `recurscope-${process.platform}-${process.arch}-${version}.vsix`);
  let window: ExampleWindow | undefined;

  afterEach(async function () {
    await keepPictureOfFailure(window?.page, this.currentTest);
  });
  after(() => window?.close());

  it('is made, with the native files of this platform only', () => {
    fs.rmSync(vsix, { force: true });
    const output = execFileSync(process.execPath, ['scripts/package.mjs'], { cwd: root, encoding: 'utf8' });
    assert.match(output, /\.vsix: [\d.]+ MB/);
    const natives = path.join(root, 'out/package/node_modules/onnxruntime-node/bin/napi-v6');
    assert.deepEqual(fs.readdirSync(natives), [process.platform]);
    assert.deepEqual(fs.readdirSync(path.join(natives, process.platform)), [process.arch]);
    assert.ok(fs.statSync(vsix).size < 40e6);
  });

  it('installs, and analyzes a checkpoint', async () => {
    window = await openExamples({ vsix });
    const { page, workspace } = window;
    await chooseFromExplorerMenu(page, file, 'Recurscope: Analyze Checkpoint');
    await panelIsReady(page);
    await takeScreenshot(page, 'panel-packaged');
    assert.deepEqual(await tablesOfPanel(page), tablesOfReport(reportOfCommandLine(path.join(workspace, file))));
  });
});
