#!/usr/bin/env node
// Runs the suite inside VS Code through @vscode/test-electron: in desktop VS Code where there is one, else in the browser.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { findDesktopCode } from '../../scripts/findDesktopCode.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const desktop = findDesktopCode();
console.log(desktop ? `In desktop VS Code (${desktop.program}).` : 'In VS Code in the browser.');

// The tests write files next to the checkpoints: they get a copy of the examples.
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'recurscope-test-'));
const workspace = path.join(temporary, 'examples');
fs.cpSync(path.join(root, 'examples'), workspace, { recursive: true });
try {
  await runTests({
    vscodeExecutablePath: desktop?.program ?? path.join(root, 'test/host/codeWeb.mjs'),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'out/test-extension/suite.js'),
    launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
  });
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
