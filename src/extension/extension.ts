import * as vscode from 'vscode';
import type { PanelState } from '../protocol/panelApi';
import { openCheckpointPanel, PANEL_TYPE } from './checkpointPanel';
import type { CheckpointPanel } from './checkpointPanel';
import { newCheckpoint } from './newCheckpoint';
import { pickCheckpoint } from './pickCheckpoint';
import { SHOW_PANEL } from './trainingStatus';

/** Registers the commands; everything that costs time starts with the first of them. */
export function activate(context: vscode.ExtensionContext): void {
  const programs = vscode.Uri.joinPath(context.extensionUri, 'dist');
  const output = vscode.window.createOutputChannel('Recurscope');
  /** The open panels, by the path of their checkpoint. */
  const panels = new Map<string, CheckpointPanel>();

  function open(checkpoint: vscode.Uri, restored?: vscode.WebviewPanel): CheckpointPanel {
    const neighbour = [...panels.values()].find(({ window }) => window.active);
    const panel = openCheckpointPanel({
      checkpoint,
      programs,
      output,
      storage: context.storageUri ?? context.globalStorageUri,
      ...(restored && { restored }),
      ...(neighbour?.window.viewColumn && { column: neighbour.window.viewColumn }),
    });
    panels.set(panel.checkpoint, panel);
    panel.window.onDidDispose(() => panels.delete(panel.checkpoint));
    return panel;
  }

  /** The panel of the checkpoint that a command is given or asks for; undefined when there is none. */
  async function panelFor(given: unknown): Promise<CheckpointPanel | undefined> {
    // The palette gives nothing; the title of an editor that is still opening may give its group without the file.
    const checkpoint =
      given instanceof vscode.Uri ? given : ((given ? fileInEditor() : undefined) ?? (await pickCheckpoint()));
    if (!checkpoint) return undefined;
    if (checkpoint.scheme !== 'file') {
      void vscode.window.showErrorMessage('Recurscope reads checkpoints from the disk. Save the file there first.');
      return undefined;
    }
    const known = panels.get(checkpoint.fsPath);
    known?.window.reveal();
    return known ?? open(checkpoint);
  }

  const analyzeCheckpoint = async (given?: unknown): Promise<PanelState | undefined> =>
    (await panelFor(given))?.analyze();

  /** Of the panel that has the focus, where nothing else is given. */
  async function retrainCheckpoint(given?: unknown): Promise<void> {
    const active = given === undefined ? [...panels.values()].find(({ window }) => window.active) : undefined;
    const panel = active ?? (await panelFor(given));
    await panel?.training.retrain();
  }

  /** Runs a command of the panel that has the focus, or of the only one there is. */
  async function inPanel(command: (panel: CheckpointPanel) => void | Promise<void>): Promise<void> {
    const all = [...panels.values()];
    const panel = all.find(({ window }) => window.active) ?? (all.length === 1 ? all[0] : undefined);
    if (panel) await command(panel);
    else void vscode.window.showInformationMessage('Choose the panel of a checkpoint first, or analyze one.');
  }

  context.subscriptions.push(
    output,
    vscode.commands.registerCommand('recurscope.analyzeCheckpoint', analyzeCheckpoint),
    vscode.commands.registerCommand('recurscope.newCheckpoint', async () => {
      const checkpoint = await newCheckpoint(programs, output);
      return checkpoint && (await analyzeCheckpoint(checkpoint));
    }),
    vscode.commands.registerCommand('recurscope.retrainCheckpoint', retrainCheckpoint),
    vscode.commands.registerCommand('recurscope.resumeTraining', () => inPanel(({ training }) => training.resume())),
    vscode.commands.registerCommand('recurscope.pauseTraining', () => inPanel(({ training }) => training.pause())),
    vscode.commands.registerCommand('recurscope.cancelTraining', () => inPanel(({ training }) => training.cancel())),
    vscode.commands.registerCommand('recurscope.keepBest', () => inPanel(({ training }) => training.keepBest())),
    vscode.commands.registerCommand(SHOW_PANEL, (checkpoint: vscode.Uri) =>
      panels.get(checkpoint.fsPath)?.window.reveal(),
    ),
    vscode.commands.registerCommand('recurscope.saveReport', () => inPanel((panel) => panel.saveReport())),
    vscode.commands.registerCommand('recurscope.chooseData', () => inPanel((panel) => panel.chooseData())),
    vscode.commands.registerCommand('recurscope.chooseReference', () => inPanel((panel) => panel.chooseReference())),
    vscode.commands.registerCommand('recurscope.clearReference', () => inPanel((panel) => panel.clearReference())),
    vscode.commands.registerCommand('recurscope.cancel', () => inPanel((panel) => panel.cancel())),
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, {
      deserializeWebviewPanel(window: vscode.WebviewPanel, saved: unknown) {
        const path = checkpointOf(saved);
        if (path === null) window.dispose();
        else void open(vscode.Uri.file(path), window).analyze();
        return Promise.resolve();
      },
    }),
  );
}

/** The file in the editor that has the focus. */
function fileInEditor(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
}

/** What the panel has kept of itself across a reload of the window. */
function checkpointOf(saved: unknown): string | null {
  return typeof saved === 'object' && saved !== null && 'checkpoint' in saved && typeof saved.checkpoint === 'string'
    ? saved.checkpoint
    : null;
}
