import path from 'node:path';
import util from 'node:util';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser';
import { startServer } from './codeServer';

/** Longer than any suite may take. */
const LIMIT_MILLISECONDS = 240_000;

/** What the workbench in the browser says about itself; everything else that it logs is the suite's. */
const chatter =
  /^(Canceled|Error: Could not locate the bindings file|Cannot find module '.\/build\/Release\/watchdog'|Creating a socket|Resolv|\[reconnection|\[Service Worker|\[AgentHost|\[AccountPolicy|Updating additional|Ignoring fetching|Error while fetching the extension under)/;

/**
 * Runs the suite named by the arguments of the `code` executable (`--extensionDevelopmentPath`, `--extensionTestsPath`
 * and a folder) and answers its exit code; 2 when VS Code failed, 3 when the suite did not end in time.
 */
export async function runExtensionTests(args: readonly string[]): Promise<number> {
  const option = (name: string) =>
    args.filter((each) => each.startsWith(`--${name}=`)).map((each) => path.resolve(each.slice(name.length + 3)));
  const [suite] = option('extensionTestsPath');
  if (suite === undefined) throw new Error('--extensionTestsPath is missing.');
  const workspace = path.resolve(args.find((each) => !each.startsWith('-')) ?? '.');

  const server = await startServer({ workspace });
  try {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const remote = (file: string) => ({
        $mid: 1,
        scheme: 'vscode-remote',
        authority: `127.0.0.1:${server.port}`,
        path: file,
      });
      await developExtensions(page, {
        enableSmokeTestDriver: true,
        extensions: option('extensionDevelopmentPath').map(remote),
        extensionTestsPath: remote(suite),
      });
      const exitCode = new Promise<number>((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
      await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) => {
        const text = util.format(...values);
        if (!chatter.test(text)) console.log(type === 'info' ? text : `[${type}] ${text}`);
      });
      await page.goto(server.address);
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<number>((resolve) => {
        timer = setTimeout(() => {
          console.error(`The suite did not end within ${LIMIT_MILLISECONDS / 1000} seconds.`);
          resolve(3);
        }, LIMIT_MILLISECONDS);
      });
      const code = await Promise.race([exitCode, tooLong]);
      clearTimeout(timer);
      return code;
    } finally {
      await browser.close();
    }
  } catch (error) {
    console.error(error, server.log().slice(-4000));
    return 2;
  } finally {
    await server.stop();
  }
}

/**
 * A workbench that was built for release takes no development extension from the address, so its configuration is
 * changed on the way from the page to the program. It is a script text because it runs in the browser.
 */
async function developExtensions(page: Page, options: object): Promise<void> {
  await page.addInitScript(`{
    const original = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = original.call(this, name);
      if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration' || !value) return value;
      const configuration = JSON.parse(value);
      configuration.developmentOptions = { ...configuration.developmentOptions, ...${JSON.stringify(options)} };
      return JSON.stringify(configuration);
    };
  }`);
}
