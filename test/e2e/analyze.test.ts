import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { chooseFromExplorerMenu, notification, panelOf, runCommand } from '../host/workbench';
import {
  keepPictureOfFailure,
  openExamples,
  reportOfCommandLine,
  takeScreenshot,
  type ExampleWindow,
} from './exampleWindow';
import { panelButton, panelIsReady, tablesOfPanel, tablesOfReport } from './panel';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

for (const [name, theme] of Object.entries(themes)) {
  describe(`From right-click to bound, in the ${name} theme`, () => {
    const file = 'oscillators-vanilla.onnx';
    let window: ExampleWindow | undefined;
    let report: ReturnType<typeof reportOfCommandLine>;

    before(async () => {
      window = await openExamples({ settings: { 'workbench.colorTheme': theme } });
      report = reportOfCommandLine(path.join(window.workspace, file));
    });
    afterEach(async function () {
      await keepPictureOfFailure(window?.page, this.currentTest);
    });
    after(() => window?.close());

    it('opens a panel from the Explorer and fills it', async () => {
      const { page } = here();
      await chooseFromExplorerMenu(page, file, 'Recurscope: Analyze Checkpoint');
      await panelIsReady(page);
      await takeScreenshot(page, `panel-${name}`);
      await panelOf(page).getByRole('heading', { name: 'Bounds' }).scrollIntoViewIfNeeded();
      await panelOf(page).getByRole('table', { name: 'Bounds', exact: true }).scrollIntoViewIfNeeded();
      await takeScreenshot(page, `bounds-${name}`);
    });

    it('shows the numbers of the command line, to the last digit', async () => {
      const shown = await tablesOfPanel(here().page);
      assert.ok(shown.matrices.length > 0 && shown.gates.length > 0 && shown.bounds.length > 0);
      assert.deepEqual(shown, tablesOfReport(report));
    });

    it('sets the equations as mathematics, with their text for screen readers', async () => {
      const equations = panelOf(here().page).locator('.equations');
      const [formula] = await equations.locator('math').evaluateAll((elements) =>
        elements.map((element) => ({
          isMath: element.namespaceURI === 'http://www.w3.org/1998/Math/MathML',
          subscripts: element.querySelectorAll('msub').length,
        })),
      );
      assert.deepEqual(formula, { isMath: true, subscripts: 1 });
      const layer = report.layers[0]!;
      assert.deepEqual(await equations.locator('.unseen').allTextContents(), [
        ...layer.equations,
        `State: ${layer.stateBound!.text}`,
      ]);
    });

    it('shows a certified bound below 1', () => {
      const certified = report.bounds.filter(({ id, status }) => status === 'certified' && id !== 'held-out');
      assert.ok(certified.some(({ value }) => value !== null && value < 0.5));
    });

    it('saves the report next to the checkpoint', async () => {
      const { page, workspace } = here();
      await (name === 'dark' ? runCommand(page, 'Recurscope: Save Report') : panelButton(page, 'Save Report').click());
      await notification(page, /Saved/).waitFor();
      const saved: unknown = JSON.parse(fs.readFileSync(path.join(workspace, `${file}.bounds.json`), 'utf8'));
      assert.deepEqual(saved, report);
      const markdown = fs.readFileSync(path.join(workspace, `${file}.bounds.md`), 'utf8');
      assert.ok(markdown.includes(file));
    });

    function here(): ExampleWindow {
      assert.ok(window);
      return window;
    }
  });
}
