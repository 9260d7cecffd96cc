import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { chooseFileInDialog, chooseFromExplorerMenu } from '../host/workbench';
import {
  keepPictureOfFailure,
  openExamples,
  reportOfCommandLine,
  takeScreenshot,
  type ExampleWindow,
} from './exampleWindow';
import {
  assertOnlyWeights,
  gateStatisticsAreThere,
  panelButton,
  panelIsReady,
  tablesOfPanel,
  tablesOfReport,
} from './panel';

describe('A checkpoint without data', () => {
  const file = 'oscillators-vanilla.onnx';
  const data = 'oscillators-vanilla.npz';
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
    assert.ok(!fs.existsSync(sidecar), 'A sidecar was written although nobody chose anything.');
  });

  it('gets its data by the Choose Data button, which writes the sidecar', async () => {
    const { page } = here();
    await panelButton(page, 'Choose Data').first().click();
    await chooseFileInDialog(page, data);
    await gateStatisticsAreThere(page);
    await panelIsReady(page);
    const declared = JSON.parse(fs.readFileSync(sidecar, 'utf8')) as { data: unknown };
    assert.equal(declared.data, data);
  });

  it('is then analyzed with them, as the command line does it by the same sidecar', async () => {
    const { page, workspace } = here();
    const report = reportOfCommandLine(path.join(workspace, file));
    assert.ok(report.bounds.some(({ status, value }) => status === 'certified' && value !== null));
    assert.deepEqual(await tablesOfPanel(page), tablesOfReport(report));
  });

  function here(): ExampleWindow {
    assert.ok(window);
    return window;
  }
});
