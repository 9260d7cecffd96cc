// Node.js built-ins only: this runs before anything is installed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Brings `folder/node_modules` to what `folder/package-lock.json` says, with `npm ci`; does nothing when it is there
 * already. Throws when npm fails: npm has printed why.
 *
 * @param {string} folder
 */
export function installPackages(folder) {
  if (isInstalled(folder)) return;
  console.log(`Installing the packages of ${path.relative(process.cwd(), folder) || '.'} (npm ci)…`);
  runNpm(folder, 'ci');
}

/**
 * Runs npm without its install scripts and without its chatter.
 *
 * @param {string} folder
 * @param {string[]} args
 */
export function runNpm(folder, ...args) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const { status, error } = spawnSync('npm', [...args, ...quiet], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${folder}${error ? `: ${error.message}` : '.'}`);
}

/** npm keeps a copy of the lock file of what it installed; optional packages of other platforms are missing in it. */
function isInstalled(folder) {
  const installed = readPackages(path.join(folder, 'node_modules/.package-lock.json'));
  if (installed === null) return false;
  const wanted = readPackages(path.join(folder, 'package-lock.json'));
  if (wanted === null) throw new Error(`${folder} has no package-lock.json: clone the repository again.`);
  return Object.entries(wanted).every(
    ([name, entry]) =>
      name === '' || (name in installed ? installed[name].version === entry.version : entry.optional === true),
  );
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
