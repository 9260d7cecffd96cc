/**
 * Right-click to numbers in a real VS Code window (the packaged extension in VS Code in the browser), for a checkpoint of
 * 4 MB; the activation time, as VS Code itself reports it; and the sizes of the bundles.
 * Run: npm run bench -- panel
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { panelIsReady } from '../test/e2e/panel';
import { launchBrowser } from '../test/host/browser';
import { startServer } from '../test/host/codeServer';
import { openWorkbench, panelOf, runCommand, showExplorerEntry } from '../test/host/workbench';
import { writeCheckpoint } from './panel/writeCheckpoint';

const packaged = path.resolve(__dirname, '../out/package');
const repetitions = 5;

async function main(): Promise<void> {
  const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'recurscope-bench-'));
  const file = writeCheckpoint(workspace);
  const server = await startServer({ workspace, extensionFolders: [packaged] });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    await openWorkbench(page, server.address);
    const times = [];
    for (let count = 0; count < repetitions; count++) times.push(await timeAnalysis(page, file));
    const [first, ...rest] = times;
    console.log(
      `Right-click to numbers, ${(fs.statSync(path.join(workspace, file)).size / 1e6).toFixed(1)} MB checkpoint`,
    );
    for (const part of ['firstNumbers', 'fullReport'] as const) {
      const later = rest.map((each) => each[part]).sort((a, b) => a - b);
      const aim = { firstNumbers: 500, fullReport: 2000 }[part];
      console.log(
        `  ${part.padEnd(13)} first time ${first?.[part].toFixed(0)} ms, then median ` +
          `${later[later.length >> 1]?.toFixed(0)} ms (aim < ${aim} ms)`,
      );
    }
    console.log(`Activation     ${await activationTime(page)} (aim < 30 ms)`);
  } finally {
    await browser.close();
    await server.stop();
    fs.rmSync(workspace, { recursive: true, force: true });
  }
  console.log('Bundles');
  for (const name of fs.readdirSync(path.join(packaged, 'dist')).sort()) {
    const { size } = fs.statSync(path.join(packaged, 'dist', name));
    console.log(`  ${name.padEnd(16)} ${(size / 1000).toFixed(0).padStart(6)} kB`);
  }
}

/** Milliseconds from the click on the menu entry; closes the panel again, and so its background process. */
async function timeAnalysis(page: Page, file: string): Promise<{ firstNumbers: number; fullReport: number }> {
  const entry = await showExplorerEntry(page, file, 'Recurscope: Analyze Checkpoint');
  const started = performance.now();
  await entry.click();
  await panelOf(page).getByRole('table', { name: 'Norms of the weights' }).locator('tbody > tr').first().waitFor();
  const firstNumbers = performance.now() - started;
  await panelIsReady(page);
  const fullReport = performance.now() - started;
  await runCommand(page, 'View: Close All Editors');
  await page.locator('iframe.webview').waitFor({ state: 'detached' });
  return { firstNumbers, fullReport };
}

/** From the page on which VS Code shows its running extensions. */
async function activationTime(page: Page): Promise<string> {
  await runCommand(page, 'Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'Recurscope' });
  await row.waitFor();
  return /Activation:[^\d]*(\d+\s*ms)/.exec((await row.textContent()) ?? '')?.[1] ?? 'not shown';
}

void main();
