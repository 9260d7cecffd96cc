#!/usr/bin/env node
// npm run package: the extension for this platform as out/recurscope-<platform>-<version>.vsix, and its size.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { installPackages } from './installPackages.mjs';

const root = path.resolve(import.meta.dirname, '..');
const target = `${process.platform}-${process.arch}`;
const natives = `bin/napi-v6/${process.platform}/${process.arch}`;

installPackages(root);
// What goes into the package is put together in a folder of its own.
const staging = path.join(root, 'out/package');
fs.rmSync(staging, { recursive: true, force: true });
node(root, 'scripts/build.mjs', '--mode', 'production', '--into', path.join(staging, 'dist'));
for (const name of ['media', 'schemas', 'CHANGELOG.md', 'LICENSE', '.vscodeignore']) {
  fs.cpSync(path.join(root, name), path.join(staging, name), { recursive: true });
}
fs.writeFileSync(path.join(staging, 'README.md'), standingAlone(fs.readFileSync(path.join(root, 'README.md'), 'utf8')));
if (!fs.existsSync(path.join(root, 'node_modules/onnxruntime-node', natives))) {
  throw new Error(`onnxruntime-node has no native files for ${target}: package on one of its platforms.`);
}
copyPackage('onnxruntime-node', ['dist', natives], { 'onnxruntime-common': '*' });
copyPackage('onnxruntime-common', ['dist/cjs'], {});
// All other packages are bundled into dist/.
const manifest = readManifest(root);
writeManifest(staging, manifest, { 'onnxruntime-node': manifest.dependencies['onnxruntime-node'] });

const file = path.join(root, 'out', `${manifest.name}-${target}-${manifest.version}.vsix`);
node(
  staging,
  ...[path.join(root, 'node_modules/@vscode/vsce/vsce'), 'package', '--target', target, '--out', file],
  ...['--allow-missing-repository', '--no-rewrite-relative-links', '--no-update-package-json'],
);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`\n${path.relative(root, file)}: ${megabytes(fs.statSync(file).size)}`);
for (const part of ['dist', 'node_modules'])
  console.log(`  ${part}: ${megabytes(sizeOf(path.join(staging, part)))} unpacked`);

/**
 * VS Code shows the README on the extension's page, where pictures come from https only and links to files of the
 * repository lead nowhere: the pictures go, and of the links the text stays.
 */
function standingAlone(markdown) {
  return markdown.replace(/!\[[^\]]*\]\((?!https:)[^)]*\)\n*/g, '').replace(/\[([^\]]+)\]\((?!https:|#)[^)]*\)/g, '$1');
}

/** Copies these folders of an installed package; types and source maps stay behind. */
function copyPackage(name, folders, dependencies) {
  const from = path.join(root, 'node_modules', name);
  const to = path.join(staging, 'node_modules', name);
  for (const folder of folders) {
    fs.cpSync(path.join(from, folder), path.join(to, folder), {
      recursive: true,
      filter: (source) => !/\.(map|d\.ts)$/.test(source),
    });
  }
  writeManifest(to, readManifest(from), dependencies);
}

function readManifest(folder) {
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
}

/** What serves development only is left out: `undefined` is not written. */
function writeManifest(folder, manifest, dependencies) {
  const shipped = { ...manifest, scripts: undefined, devDependencies: undefined, dependencies };
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(shipped, null, 2)}\n`);
}

function sizeOf(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

function node(folder, ...program) {
  const { status } = spawnSync(process.execPath, program, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
