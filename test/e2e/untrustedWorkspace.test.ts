import assert from 'node:assert/strict';
import { chooseFromExplorerMenu, panelOf } from '../host/workbench';
import { keepPictureOfFailure, openExamples, takeScreenshot, type ExampleWindow } from './exampleWindow';
import { assertOnlyWeights, panelIsReady } from './panel';

describe('In a workspace that is not trusted', () => {
  let window: ExampleWindow | undefined;

  before(async () => {
    window = await openExamples({ trusted: false });
  });
  afterEach(async function () {
    await keepPictureOfFailure(window?.page, this.currentTest);
  });
  after(() => window?.close());

  it('a checkpoint is measured and not run, and the panel says so', async () => {
    assert.ok(window);
    const { page } = window;
    await chooseFromExplorerMenu(page, 'oscillators-vanilla.onnx', 'Recurscope: Analyze Checkpoint');
    await panelIsReady(page);
    await takeScreenshot(page, 'panel-untrusted');
    await assertOnlyWeights(page);
    await panelOf(page).getByText('This workspace is not trusted, so the model is not run').waitFor();
  });
});
