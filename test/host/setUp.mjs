// Node.js built-ins only: this runs before anything is installed.
import fs from 'node:fs';
import path from 'node:path';
import { installPackages, runNpm } from '../../scripts/installPackages.mjs';

const here = import.meta.dirname;
const workbench = path.join(here, 'node_modules/code-server/lib/vscode');

/**
 * Makes the browser VS Code ready to start: its packages, and the packages of the workbench inside code-server. This is
 * what code-server's own install script does, without compiling anything; nothing that it compiles is needed here.
 */
export function setUpHost() {
  installPackages(here);
  for (const folder of [workbench, path.join(workbench, 'extensions')]) {
    // Npm writes this file last: where it is, the installation was completed.
    if (fs.existsSync(path.join(folder, 'node_modules/.package-lock.json'))) continue;
    console.log(`Installing the packages of VS Code in the browser (${path.relative(here, folder)})…`);
    runNpm(folder, 'install', '--omit=dev');
  }
}
