import assert from 'node:assert/strict';
import { chooseFromExplorerMenu } from '../host/workbench';
import { keepPictureOfFailure, openExamples, takeScreenshot, type ExampleWindow } from './exampleWindow';
import { inPanel, panelReaches } from './panel';

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
    await panelReaches(page, 'ready');
    await takeScreenshot(page, 'panel-untrusted');
    assert.ok((await inPanel(page, 'matrix').count()) > 0);
    // Whatever needs the model to run is absent.
    assert.equal(await inPanel(page, 'gate').count(), 0);
    for (const bound of await inPanel(page, 'bound').all()) assert.equal(await bound.getAttribute('data-value'), '');
    assert.match((await inPanel(page, 'untrusted').textContent()) ?? '', /trust/i);
  });
});
