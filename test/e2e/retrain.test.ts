import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { chooseFromExplorerMenu, chooseFromQuickInput, panelOf } from '../host/workbench';
import { keepPictureOfFailure, openExamples, takeScreenshot, type ExampleWindow } from './exampleWindow';
import { panelButton, panelIsReady } from './panel';

describe('Retraining', () => {
  const file = 'drift-gru.onnx';
  let window: ExampleWindow | undefined;
  const here = (): ExampleWindow => window!;
  const training = () => panelOf(here().page).getByRole('region', { name: 'Training', exact: true });
  const inWorkspace = (name: string): string => path.join(here().workspace, name);

  before(async () => {
    window = await openExamples();
    // A batch is a sequence, so that there is time to press a button.
    const settings = { epochs: 2, batchSize: 1, learningRate: 0.0005, constraints: ['spectral-norm=1'] };
    fs.writeFileSync(inWorkspace('slow.retrain.json'), JSON.stringify(settings));
  });
  afterEach(async function () {
    await keepPictureOfFailure(window?.page, this.currentTest);
  });
  after(() => window?.close());

  it('starts from the menu of the Explorer, by settings from a file, and shows how it goes', async () => {
    const { page } = here();
    await chooseFromExplorerMenu(page, file, 'Recurscope: Retrain Checkpoint');
    await page.getByPlaceholder('Choose what the training keeps to').waitFor();
    await chooseFromQuickInput(page, 'slow.retrain.json');
    await training().locator('.message', { hasText: 'Epoch 1 of 2' }).waitFor();
    await training().getByText('the spectral norm of every recurrent matrix is at most 1').waitFor();
    await page.getByRole('button', { name: /drift-gru\.onnx: epoch 1 of 2/ }).waitFor();
  });

  it('pauses, and is found again after the window was reloaded', async () => {
    const { page } = here();
    await panelButton(page, 'Pause').click();
    await training().locator('.message', { hasText: 'Paused in epoch' }).waitFor();
    await takeScreenshot(page, 'training-paused');
    // In a browser VS Code writes down every five seconds at best which editors are open, and forgets later ones.
    await page.waitForTimeout(6000);
    await page.reload();
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    const isRestored = await page
      .getByRole('tab', { name: file })
      .waitFor({ timeout: 10_000 })
      .then(
        () => true,
        () => false,
      );
    if (!isRestored) await chooseFromExplorerMenu(page, file, 'Recurscope: Analyze Checkpoint');
    await panelIsReady(page);
    await training().locator('.message', { hasText: 'The training was stopped in epoch' }).waitFor();
    await training()
      .getByRole('img', { name: /^Training loss\./ })
      .waitFor();
  });

  it('resumes, and ends with a new checkpoint, its report, and what changed', async () => {
    const { page } = here();
    await panelButton(page, 'Resume Training').click();
    const norms = training().getByRole('table', { name: 'Before and after: Certified spectral norms (upper ends)' });
    await norms.waitFor();
    await takeScreenshot(page, 'training-ended');
    const rows = await norms.locator('tbody > tr').allTextContents();
    // 2.837 before, and the cap after.
    assert.ok(
      rows.some((row) => /^U_z2\.837(1\.000|0\.\d+)−/.test(row)),
      rows.join('; '),
    );
    for (const name of ['', '.recurscope.json', '.retrained.md']) {
      assert.ok(fs.existsSync(inWorkspace(`drift-gru.retrained-1.onnx${name}`)), name);
    }
    assert.ok(!fs.existsSync(inWorkspace('drift-gru.retrained-2.onnx')));
  });

  it('opens the new checkpoint in a panel of its own', async () => {
    const { page } = here();
    await panelButton(page, 'Open New Checkpoint').click();
    await panelOf(page).getByRole('heading', { name: 'drift-gru.retrained-1.onnx' }).waitFor();
    await panelIsReady(page);
  });
});
