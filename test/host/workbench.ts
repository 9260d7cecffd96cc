import type { FrameLocator, Locator, Page } from 'playwright-core';

/** Opens the workbench and waits until its Explorer shows the workspace. */
export async function openWorkbench(page: Page, address: string): Promise<void> {
  // What takes a second takes many on a machine that is busy with other things.
  page.setDefaultTimeout(90_000);
  await page.goto(address);
  await page.locator('.monaco-workbench').waitFor();
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
}

/** Right-clicks a file in the Explorer and chooses an entry of the menu. */
export async function chooseFromExplorerMenu(page: Page, file: string, entry: string): Promise<void> {
  const item = await showExplorerEntry(page, file, entry);
  await item.click();
  await page.locator(menu).waitFor({ state: 'detached' });
}

/** Double-clicks a file in the Explorer, which opens an editor for it that stays. */
export async function openFromExplorer(page: Page, file: string): Promise<void> {
  await explorerRow(page, file).dblclick();
  await page.getByRole('tab', { name: file }).and(page.locator('[aria-selected=true]')).waitFor();
}

/** A button in the title of the active editor, by its label. */
export function editorTitleButton(page: Page, label: string): Locator {
  return page.locator('.editor-group-container.active .title .editor-actions').getByRole('button', { name: label });
}

/** Right-clicks a file in the Explorer; answers the entry of the menu, ready to be clicked. */
export async function showExplorerEntry(page: Page, file: string, entry: string): Promise<Locator> {
  const row = explorerRow(page, file);
  const item = page.locator(`${menu} .action-item:not(.disabled)`, { hasText: entry });
  await row.waitFor();
  // The entry is there only once the manifests of the extensions are known: the menu is opened again until it is.
  for (let attempts = 15; attempts > 0; attempts--) {
    await row.click({ button: 'right' });
    await page.locator(menu).waitFor({ timeout: 15_000 });
    if (await appears(item, 2000)) {
      // The menu listens to the mouse 100 ms after it shows, and swallows an earlier click.
      await page.waitForTimeout(500);
      return item;
    }
    await page.keyboard.press('Escape');
  }
  throw new Error(`The menu of ${file} has no entry “${entry}”.`);
}

const menu = '.context-view .monaco-menu';

function explorerRow(page: Page, file: string): Locator {
  return page.locator('.explorer-folders-view .monaco-list-row').getByText(file, { exact: true });
}

/** Runs a command by its title, through the command palette, with the keyboard alone. */
export async function runCommand(page: Page, title: string): Promise<void> {
  // The palette knows the commands of the extensions whose manifests have come in before it opens: it is opened again until
  // it knows this one.
  for (let attempts = 15; attempts > 0; attempts--) {
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input:focus').waitFor();
    await page.keyboard.type(title);
    if (await appears(firstChoice(page, title), 2000)) return page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
  }
  throw new Error(`The command palette has no “${title}”.`);
}

/** Types into the input that is open until it offers this first, and takes it. */
export async function chooseFromQuickInput(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text);
  await firstChoice(page, text).waitFor();
  await page.keyboard.press('Enter');
}

const firstChoice = (page: Page, text: string): Locator =>
  page.locator('.quick-input-list .monaco-list-row.focused', { hasText: text });

/** Chooses a file of the folder that the dialog shows. The dialog takes nothing before it has listed the folder. */
export async function chooseFileInDialog(page: Page, file: string): Promise<void> {
  const entry = page.locator('.quick-input-list .monaco-list-row', { hasText: file });
  await entry.click();
  await entry.waitFor({ state: 'hidden' });
}

/** The panel of an extension: two nested frames, of which the inner one holds the extension's page. */
export function panelOf(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

/** A notification in the corner that contains this text. */
export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator('.notifications-toasts .notification-list-item', { hasText: text });
}

async function appears(element: Locator, timeout: number): Promise<boolean> {
  return element.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}
