import assert from 'node:assert/strict';
import path from 'node:path';
import { editorTitleButton, openFromExplorer, panelOf } from '../host/workbench';
import {
  keepPictureOfFailure,
  openExamples,
  reportOfCommandLine,
  takeScreenshot,
  type ExampleWindow,
} from './exampleWindow';
import { panelIsReady, tablesOfPanel, tablesOfReport } from './panel';

describe('A checkpoint that is open in an editor', () => {
  const file = 'drift-gru.onnx';
  let window: ExampleWindow | undefined;

  before(async () => {
    window = await openExamples();
  });
  afterEach(async function () {
    await keepPictureOfFailure(window?.page, this.currentTest);
  });
  after(() => window?.close());

  it('is analyzed by the button in the title, in a panel beside the editor', async () => {
    const { page, workspace } = here();
    await openFromExplorer(page, file);
    await page.getByText('The file is not displayed in the text editor').waitFor();
    await editorTitleButton(page, 'Analyze Checkpoint').click();
    await panelIsReady(page);
    await takeScreenshot(page, 'panel-beside-editor');
    assert.deepEqual(await tablesOfPanel(page), tablesOfReport(reportOfCommandLine(path.join(workspace, file))));

    const editor = await page.locator('.editor-group-container').first().boundingBox();
    const panel = await panelOf(page).locator('body').boundingBox();
    assert.ok(editor && panel && panel.x >= editor.x + editor.width, 'The panel is not beside the editor.');
  });

  it('has no such button in the title of the panel itself', async () => {
    const { page } = here();
    await editorTitleButton(page, 'Save Report').waitFor();
    assert.equal(await editorTitleButton(page, 'Analyze Checkpoint').count(), 0);
  });

  function here(): ExampleWindow {
    assert.ok(window);
    return window;
  }
});
