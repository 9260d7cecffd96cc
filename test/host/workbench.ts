import type { FrameLocator, Locator, Page } from 'playwright-core';

/** Opens the workbench and waits until its Explorer shows the workspace. */
export async function openWorkbench(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
}

/** Right-clicks a file in the Explorer and chooses an entry of the menu. */
export async function chooseFromExplorerMenu(page: Page, file: string, entry: string): Promise<void> {
  const row = page.locator('.explorer-folders-view .monaco-list-row').getByText(file, { exact: true });
  const menu = page.locator('.context-view .monaco-menu');
  const item = menu.locator('.action-item:not(.disabled)', { hasText: entry });
  await row.waitFor({ timeout: 60_000 });
  // The entry is there only once the manifests of the extensions are known: the menu is opened again until it is.
  await until(15, async () => {
    await row.click({ button: 'right' });
    await menu.waitFor({ timeout: 15_000 });
    if (await appears(item, 2000)) return true;
    await page.keyboard.press('Escape');
    return false;
  });
  // The menu listens to the mouse 100 ms after it shows, and swallows an earlier click.
  await until(4, async () => {
    await page.waitForTimeout(300);
    await item.click();
    return disappears(menu, 3000);
  });
}

/** Runs a command by its title, through the command palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').fill(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
}

/** The panel of an extension: two nested frames, of which the inner one holds the extension's page. */
export function panelOf(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

/** A notification in the corner that contains this text. */
export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator('.notifications-toasts .notification-list-item', { hasText: text });
}

/** Repeats an attempt until it succeeds; throws after so many failures. */
async function until(attempts: number, attempt: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < attempts; count++) if (await attempt()) return;
  throw new Error(`It did not succeed in ${attempts} attempts.`);
}

async function appears(element: Locator, timeout: number): Promise<boolean> {
  return element.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}

async function disappears(element: Locator, timeout: number): Promise<boolean> {
  return element.waitFor({ state: 'detached', timeout }).then(
    () => true,
    () => false,
  );
}
