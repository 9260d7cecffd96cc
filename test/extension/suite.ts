import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import CountingReporter from '../countingReporter.cjs';

/** What VS Code calls inside its extension host: runs every test file beside this one. */
export function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000, reporter: CountingReporter, forbidOnly: true });
  for (const file of fs.readdirSync(__dirname).sort()) {
    if (file.endsWith('.test.js')) mocha.addFile(path.join(__dirname, file));
  }
  return new Promise((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed.`))));
  });
}
