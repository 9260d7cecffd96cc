#!/usr/bin/env node
// npm run bench [-- name…]: every program in bench/, one after the other. What is compared runs side by side in one
// program; numbers of different runs are not to be compared.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setUpHost } from '../test/host/setUp.mjs';
import { installPackages } from './installPackages.mjs';

const root = path.resolve(import.meta.dirname, '..');
const all = fs
  .readdirSync(path.join(root, 'bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'));
const chosen = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}: choose from ${all.join(', ')}.`);
  process.exit(2);
}

installPackages(root);
if (chosen.includes('panel')) {
  setUpHost();
  // What is measured is what users get.
  if (!run('scripts/package.mjs')) process.exit(1);
}
for (const name of chosen) {
  console.log(`\n── ${name}`);
  if (!run('--import=tsx', `bench/${name}.ts`)) process.exitCode = 1;
}

function run(...program) {
  return spawnSync(process.execPath, program, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}
