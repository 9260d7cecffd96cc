#!/usr/bin/env node
// npm run build [-- --mode production --into folder]: the JSON schemas from the TypeScript types, then the four programs
// into dist/, or into that folder.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { mode: { type: 'string', default: 'development' }, into: { type: 'string', default: 'dist' } },
});
const into = path.resolve(root, values.into);

run(path.join(root, 'scripts/generateSchemas.mjs'));
fs.rmSync(into, { recursive: true, force: true });
run(path.join(root, 'node_modules/webpack/bin/webpack.js'), '--mode', values.mode, '--output-path', into);

/** Runs one Node.js program to its end; when it fails it has said why, and this ends too. */
function run(...program) {
  const { status } = spawnSync(process.execPath, program, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
