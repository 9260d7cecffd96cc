import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { chooseFromQuickInput, panelOf, runCommand } from '../host/workbench';
import { keepPictureOfFailure, openExamples, takeScreenshot, type ExampleWindow } from './exampleWindow';
import { panelIsReady } from './panel';

/** More than there are in the panel of an example. */
const MOST_STOPS = 100;

describe('With the keyboard alone', () => {
  let window: ExampleWindow | undefined;

  before(async () => {
    window = await openExamples();
  });
  afterEach(async function () {
    await keepPictureOfFailure(window?.page, this.currentTest);
  });
  after(() => window?.close());

  it('a checkpoint is chosen and analyzed', async () => {
    const { page } = here();
    await runCommand(page, 'Recurscope: Analyze Checkpoint');
    await page.getByPlaceholder('Choose a checkpoint of this workspace').waitFor();
    await chooseFromQuickInput(page, 'oscillators-vanilla.onnx');
    await panelIsReady(page);
  });

  it('the numbers of a chart are opened as a table', async () => {
    const { page } = here();
    const table = panelOf(page).getByRole('table', { name: 'Histogram of the candidate activations' });
    assert.equal(await table.isVisible(), false);
    await tabTo(page, panelOf(page).locator('summary', { hasText: 'Table' }).first());
    await page.keyboard.press('Enter');
    await table.waitFor();
    assert.ok((await table.getByRole('row').count()) > 10);
  });

  it('a row of the bounds is opened, and shows its terms and its assumptions', async () => {
    const { page } = here();
    const row = panelOf(page).getByRole('button', { name: 'T2-Occam' }).first();
    await tabTo(page, row);
    await page.keyboard.press('Enter');
    assert.equal(await row.getAttribute('aria-expanded'), 'true');
    const details = panelOf(page).locator(`#${await row.getAttribute('aria-controls')}`);
    await details.getByRole('heading', { name: 'Terms' }).waitFor();
    await details.getByRole('heading', { name: 'Assumptions' }).waitFor();
    await takeScreenshot(page, 'keyboard');
    await page.keyboard.press('Enter');
    await details.waitFor({ state: 'detached' });
  });

  it('the report is saved from the button in the panel', async () => {
    const { page } = here();
    await runCommand(page, 'View: Focus Active Editor Group');
    await tabTo(page, panelOf(page).locator('vscode-button', { hasText: 'Save Report' }));
    await page.keyboard.press('Enter');
    await page.locator('.notifications-toasts .notification-list-item', { hasText: 'Saved' }).waitFor();
  });

  function here(): ExampleWindow {
    assert.ok(window);
    return window;
  }
});

/** Presses Tab until this part of the panel has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    if (await target.evaluate((element) => element.matches(':focus'))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not come to it within ${MOST_STOPS} stops.`);
}
