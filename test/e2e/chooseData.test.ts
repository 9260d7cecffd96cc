import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { chooseFromExplorerMenu, panelOf } from '../host/workbench';
import { keepPictureOfFailure, openExamples, takeScreenshot, type ExampleWindow } from './exampleWindow';
import { panelButton, panelIsReady, assertOnlyWeights } from './panel';

describe('A checkpoint without data', () => {
  const file = 'oscillators-vanilla.onnx';
  let window: ExampleWindow | undefined;
  let sidecar: string;

  before(async () => {
    window = await openExamples();
    sidecar = path.join(window.workspace, `${file}.recurscope.json`);
    fs.rmSync(sidecar);
  });
  afterEach(async function () {
    await keepPictureOfFailure(window?.page, this.currentTest);
  });
  after(() => window?.close());

  it('is measured, and the panel says what the bounds wait for', async () => {
    const { page } = here();
    await chooseFromExplorerMenu(page, file, 'Recurscope: Analyze Checkpoint');
    await panelIsReady(page);
    await takeScreenshot(page, 'panel-without-data');
    await assertOnlyWeights(page);
  });

  it('gets its data by the Choose Data button, which writes the sidecar', async () => {
    const { page, workspace } = here();
    await panelButton(page, 'Choose Data').first().click();
    const input = page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(path.join(workspace, 'oscillators-vanilla.npz'));
    await input.press('Enter');
    await panelOf(page).getByRole('table', { name: 'Gate statistics' }).waitFor({ timeout: 60_000 });
    await panelIsReady(page);
    const declared = JSON.parse(fs.readFileSync(sidecar, 'utf8')) as { data: unknown };
    assert.equal(declared.data, 'oscillators-vanilla.npz');
  });

  function here(): ExampleWindow {
    assert.ok(window);
    return window;
  }
});
