import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { AnalysisReport } from '../../src/core/report';
import { launchBrowser } from '../host/browser';
import { startServer, type CodeServer, type ServerOptions } from '../host/codeServer';
import { openWorkbench } from '../host/workbench';

const root = path.resolve(__dirname, '../..');

/** A VS Code window on a copy of the examples, which a test may write to. */
export interface ExampleWindow {
  readonly page: Page;
  /** The folder that is open. */
  readonly workspace: string;
  readonly server: CodeServer;
  close(): Promise<void>;
}

/** The extension as it is in this folder, unless the options name a package of it. */
export async function openExamples(options: Partial<ServerOptions> = {}): Promise<ExampleWindow> {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'recurscope-e2e-'));
  const workspace = path.join(temporary, 'examples');
  fs.cpSync(path.join(root, 'examples'), workspace, { recursive: true });
  let server: CodeServer | undefined;
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await server?.stop();
    fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    server = await startServer({
      ...(options.vsix === undefined && { extensionFolders: [root] }),
      ...options,
      workspace,
    });
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    await openWorkbench(page, server.address);
    return { page, workspace, server, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Writes what the window shows into out/screenshots/, where the documentation takes its pictures from. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(root, 'out/screenshots', `${name}.png`) });
}

/** Keeps a picture of the window in which a test failed. */
export async function keepPictureOfFailure(page: Page | undefined, test: Mocha.Test | undefined): Promise<void> {
  if (page === undefined || test?.state !== 'failed') return;
  await takeScreenshot(page, `failed ${test.fullTitle()}`.replace(/[^\p{L}\d]+/gu, '-').slice(0, 100));
}

/** What the command line says about a checkpoint. */
export function reportOfCommandLine(checkpoint: string): AnalysisReport {
  const output = execFileSync(
    process.execPath,
    [path.join(root, 'dist/recurscope.js'), 'analyze', checkpoint, '--json'],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return JSON.parse(output) as AnalysisReport;
}
