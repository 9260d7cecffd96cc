import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { chooseFileInDialog, chooseFromExplorerMenu, panelOf } from '../host/workbench';
import { keepPictureOfFailure, openExamples, takeScreenshot, type ExampleWindow } from './exampleWindow';
import { panelButton, panelIsReady } from './panel';

describe('What drives a bound', () => {
  const file = 'oscillators-vanilla.onnx';
  let window: ExampleWindow | undefined;
  const here = (): ExampleWindow => window!;
  const declared = () =>
    JSON.parse(fs.readFileSync(path.join(here().workspace, `${file}.recurscope.json`), 'utf8')) as {
      reference?: unknown;
    };

  before(async () => {
    window = await openExamples();
    fs.copyFileSync(path.join(window.workspace, file), path.join(window.workspace, 'first.onnx'));
    await chooseFromExplorerMenu(window.page, file, 'Recurscope: Analyze Checkpoint');
    await panelIsReady(window.page);
  });
  afterEach(async function () {
    await keepPictureOfFailure(window?.page, this.currentTest);
  });
  after(() => window?.close());

  it('is shown with what would help, and turns with a slider, by the keys', async () => {
    const panel = panelOf(here().page);
    await panel.getByRole('table', { name: 'What would help' }).getByText('Train on twice as many').waitFor();
    const slider = panel.getByRole('slider', { name: 'Training sequences m' });
    await slider.focus();
    const bound = async (): Promise<number> => {
      const text = (await slider.getAttribute('aria-valuetext')) ?? '';
      return Number(/at most (\S+)/.exec(text)?.[1]);
    };
    await panel.locator('[aria-valuetext*="m = 20,000: at most"]').waitFor();
    const before = await bound();
    await here().page.keyboard.press('ArrowRight');
    await panel.locator('[aria-valuetext*="m = 40,000: at most"]').waitFor();
    assert.ok((await bound()) < before);
    await takeScreenshot(here().page, 'explanation');
  });

  it('is measured from a reference that is chosen, and from zero again', async () => {
    const { page } = here();
    await panelButton(page, 'Choose Reference').click();
    await chooseFileInDialog(page, 'first.onnx');
    await panelButton(page, 'Clear Reference').waitFor();
    await panelIsReady(page);
    assert.equal(declared().reference, 'first.onnx');
    await panelButton(page, 'Clear Reference').click();
    await panelButton(page, 'Clear Reference').waitFor({ state: 'detached' });
    await panelIsReady(page);
    assert.ok(!('reference' in declared()));
  });
});
