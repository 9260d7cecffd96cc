#!/usr/bin/env node
// npm start: installs what is missing, builds, prints the report of an example, and opens VS Code on the examples with
// that report in a panel: desktop VS Code where there is one, else VS Code in the browser until Ctrl+C.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setUpHost } from '../test/host/setUp.mjs';
import { findDesktopCode } from './findDesktopCode.mjs';
import { installPackages } from './installPackages.mjs';

const root = path.resolve(import.meta.dirname, '..');
const examples = path.join(root, 'examples');
const opener = path.join(root, 'scripts/opener');
const { example } = JSON.parse(fs.readFileSync(path.join(opener, 'package.json'), 'utf8'));

installPackages(root);
const desktop = findDesktopCode();
if (desktop === null) setUpHost();
node('scripts/build.mjs');
console.log(`\nrecurscope analyze examples/${example}\n`);
node('dist/recurscope.js', 'analyze', path.join(examples, example));
await (desktop === null ? openInBrowser() : openOnDesktop(desktop.program));

function openOnDesktop(program) {
  const extensions = [root, opener].map((folder) => `--extensionDevelopmentPath=${folder}`);
  spawn(program, ['--new-window', '--disable-workspace-trust', ...extensions, examples], {
    detached: true,
    stdio: 'ignore',
  }).unref();
  explain('VS Code opens examples/ in a window of its own');
}

async function openInBrowser() {
  const { register } = await import('tsx/esm/api');
  register();
  const { startServer } = await import('../test/host/codeServer.ts');
  const server = await startServer({ workspace: examples, extensionFolders: [root, opener] });
  explain('VS Code runs in the browser, with examples/ open', server.address);
  const asked = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(true));
    // A signal for npm reaches the shell between npm and this program, which ends without passing it on.
    const { ppid } = process;
    if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== ppid && resolve(true), 500);
  });
  const wasAsked = await Promise.race([asked, server.ended.then(() => false)]);
  console.log(wasAsked ? '\nStopping VS Code.' : `\nVS Code in the browser has ended:\n${server.log().slice(-2000)}`);
  await server.stop();
  process.exit(wasAsked ? 0 : 1);
}

function explain(where, address) {
  console.log(`
What has happened:
  · Recurscope was built into dist/.
  · The report above is that of examples/${example}, as a terminal shows it.
  · ${where} and the same report in a panel.

Where to look:
  · ${address === undefined ? 'The new window of VS Code.' : address}
  · Right-click another .onnx or .json file in the Explorer: “Recurscope: Analyze Checkpoint”.
  · In a terminal: node dist/recurscope.js analyze <checkpoint> --help
${address === undefined ? '' : '\nCtrl+C stops it.'}`);
}

function node(...program) {
  const { status } = spawnSync(process.execPath, program, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}
