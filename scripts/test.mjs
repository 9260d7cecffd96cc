#!/usr/bin/env node
// npm test [-- suite…]: installs what is missing, builds, runs the suites, and says how many tests passed and failed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setUpHost } from '../test/host/setUp.mjs';
import { installPackages } from './installPackages.mjs';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'out');
const countsFile = path.join(out, 'test-counts.json');
const bin = (name) => path.join(root, 'node_modules', name);
const mocha = [bin('mocha/bin/mocha.js'), '--import=tsx', '--forbid-only', '--reporter', 'test/countingReporter.cjs'];

/** What each suite runs. One that keeps no counts is one test: it passes or it fails. */
const suites = {
  types: { programs: [[bin('typescript/bin/tsc'), '--noEmit']] },
  lint: { programs: [[bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']] },
  format: { programs: [[bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']] },
  unit: {
    counts: true,
    terse: true,
    programs: [[...mocha, '--timeout', '30000', 'test/unit/**/*.test.ts']],
  },
  extension: {
    counts: true,
    host: true,
    programs: [
      [bin('webpack/bin/webpack.js'), '--config', 'test/extension/webpack.config.mjs'],
      [path.join(root, 'test/extension/runInVsCode.mjs')],
    ],
  },
  e2e: {
    counts: true,
    host: true,
    programs: [[...mocha, '--timeout', '240000', 'test/e2e/**/*.test.ts']],
  },
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites);
const unknown = chosen.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}: choose from ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}

installPackages(root);
if (chosen.some((name) => suites[name].host)) setUpHost();
fs.mkdirSync(out, { recursive: true });
if (!run([path.join(root, 'scripts/build.mjs')])) {
  console.log('\nThe build failed, so nothing was tested.\n0 passed, 1 failed');
  process.exit(1);
}

const results = chosen.map((name) => {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const counts = runSuite(suites[name]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`);
  return counts;
});
const total = (key) => results.reduce((sum, counts) => sum + counts[key], 0);
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
process.exitCode = total('failed') === 0 ? 0 : 1;

/** A suite whose process fails although its tests pass, or that runs no test at all, has failed once more. */
function runSuite({ programs, counts: keepsCounts = false, terse = false }) {
  fs.rmSync(countsFile, { force: true });
  const environment = { RECURSCOPE_TEST_COUNTS: countsFile, ...(terse && { RECURSCOPE_TEST_TERSE: '1' }) };
  const succeeded = programs.every((program) => run(program, environment));
  if (!keepsCounts) return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (!fs.existsSync(countsFile)) {
    console.log('The suite ended before it could count its tests.');
    return { passed: 0, failed: 1 };
  }
  const counts = JSON.parse(fs.readFileSync(countsFile, 'utf8'));
  if (counts.passed + counts.failed === 0) {
    console.log('The suite ran no test.');
    return { passed: 0, failed: 1 };
  }
  return succeeded || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function run(program, environment = {}) {
  const { status } = spawnSync(process.execPath, program, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', ...environment },
  });
  return status === 0;
}
