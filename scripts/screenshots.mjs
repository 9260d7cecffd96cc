#!/usr/bin/env node
// npm run screenshots: takes the pictures of README.md anew, into media/, in VS Code in the browser on the examples. They
// are pictures of the extension as it is in this folder: look at them before they are committed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { register } from 'tsx/esm/api';
import { setUpHost } from '../test/host/setUp.mjs';
import { installPackages } from './installPackages.mjs';

const root = path.resolve(import.meta.dirname, '..');
const example = 'oscillators-vanilla.onnx';

installPackages(root);
setUpHost();
const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
register();
const { launchBrowser } = await import('../test/host/browser.ts');
const { startServer } = await import('../test/host/codeServer.ts');
const { chooseFromExplorerMenu, openWorkbench, panelOf } = await import('../test/host/workbench.ts');

const browser = await launchBrowser();
try {
  for (const [name, theme] of Object.entries({ dark: 'Default Dark Modern', light: 'Default Light Modern' })) {
    const server = await startServer({
      workspace: path.join(root, 'examples'),
      extensionFolders: [root],
      settings: { 'workbench.colorTheme': theme },
    });
    try {
      await takePictures(server.address, name);
    } finally {
      await server.stop();
    }
  }
} finally {
  await browser.close();
}

async function takePictures(address, theme) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await openWorkbench(page, address);
  await chooseFromExplorerMenu(page, example, 'Recurscope: Analyze Checkpoint');
  const panel = panelOf(page);
  await panel.locator('vscode-button:not([disabled])', { hasText: 'Save Report' }).waitFor();
  await takePicture(page, `panel-${theme}`);
  if (theme === 'dark') {
    await takePictureOfBounds(page, panel);
    await takePictureOfExplanation(page, panel);
  }
  await page.close();
}

/** With the best bound from the training sequences opened. */
async function takePictureOfBounds(page, panel) {
  await page.setViewportSize({ width: 1280, height: 1100 });
  await panel.getByRole('button', { name: 'T2-Occam' }).first().click();
  await panel.locator('.bounds').evaluate((table) => {
    // The table begins where the header ends, which stays in view.
    const header = table.ownerDocument.querySelector('header');
    table.ownerDocument.defaultView.scrollBy(0, table.getBoundingClientRect().top - header.offsetHeight - 6);
  });
  await takePicture(page, 'bounds-dark');
}

async function takePictureOfExplanation(page, panel) {
  const heading = panel.getByRole('heading', { name: 'What drives the bound' });
  await heading.evaluate((found) => {
    const header = found.ownerDocument.querySelector('header');
    found.ownerDocument.defaultView.scrollBy(0, found.getBoundingClientRect().top - header.offsetHeight - 6);
  });
  // The curves are drawn when nothing else is to be done.
  await page.waitForTimeout(3000);
  await takePicture(page, 'explanation-dark');
}

/** Once nothing is under the mouse and no notification is left. */
async function takePicture(page, name) {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(1000);
  const file = path.join(root, 'media', `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  console.log(`media/${name}.png: ${(fs.statSync(file).size / 1000).toFixed(0)} kB`);
}
