import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../host/browser';
import { openWorkbench } from '../host/workbench';
import { keepPictureOfFailure } from './exampleWindow';
import { panelIsReady, tablesOfPanel } from './panel';

const root = path.resolve(__dirname, '../..');

describe('npm start without a display', () => {
  let start: ChildProcess;
  let ended: Promise<unknown>;
  let output = '';
  let browser: Browser | undefined;

  before(() => {
    const { DISPLAY: _x11, WAYLAND_DISPLAY: _wayland, VSCODE_EXECUTABLE: _desktop, ...environment } = process.env;
    // In a process group of its own, and without a terminal.
    start = spawn('npm', ['start'], { cwd: root, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    start.stdout?.on('data', (data) => (output += String(data)));
    start.stderr?.on('data', (data) => (output += String(data)));
    ended = new Promise((resolve) => start.once('exit', resolve));
  });
  afterEach(async function () {
    await keepPictureOfFailure(browser?.contexts()[0]?.pages()[0], this.currentTest);
  });
  after(async () => {
    await browser?.close();
    try {
      if (start.pid !== undefined) process.kill(-start.pid, 'SIGTERM');
    } catch {
      // All of them have ended.
    }
  });

  it('prints the report of an example, and then where to look', async () => {
    while (!output.includes('Ctrl+C stops it.')) {
      assert.equal(start.exitCode, null, output);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const report = output.indexOf('T2-');
    const address = output.indexOf('http://127.0.0.1:');
    assert.ok(report >= 0, 'There is no bound in the report.');
    assert.ok(address > report, 'The address does not come after the report.');
  });

  it('shows the example in a panel at that address', async () => {
    const address = /http:\/\/127\.0\.0\.1:\S+/.exec(output)?.[0];
    assert.ok(address);
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    await openWorkbench(page, address);
    await panelIsReady(page);
    assert.ok((await tablesOfPanel(page)).bounds.length > 0);
  });

  it('stops when it is asked to, and nothing listens any more', async () => {
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    assert.ok(origin);
    await browser?.close();
    browser = undefined;
    start.kill('SIGTERM');
    await ended;
    for (let count = 0; await answers(`${origin}/healthz`); count++) {
      assert.ok(count < 200, 'VS Code still listens after 20 seconds.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
});

async function answers(address: string): Promise<boolean> {
  return fetch(address).then(
    () => true,
    () => false,
  );
}
