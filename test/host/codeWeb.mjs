#!/usr/bin/env node
// A stand-in for the `code` executable that @vscode/test-electron starts: the same arguments and exit code, but the
// suite runs in the extension host of VS Code in the browser, with a browser without a window to look at it.
import { register } from 'tsx/esm/api';

register();
const { runExtensionTests } = await import('./runExtensionTests.ts');
process.exitCode = await runExtensionTests(process.argv.slice(2));
