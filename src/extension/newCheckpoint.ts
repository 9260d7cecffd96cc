import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { CheckpointRequest } from '../core/cells/checkpointRequest';
import { startEngine, type Engine } from '../protocol/engineProcess';
import { askForNetwork } from './askForNetwork';

/**
 * Asks for a network and a file, and writes the network untrained; undefined when the user gave up or it could not be written.
 * What is possible, and the writing, is the background process's to say and to do.
 */
export async function newCheckpoint(
  programs: vscode.Uri,
  output: vscode.OutputChannel,
): Promise<vscode.Uri | undefined> {
  const engine = startEngine({
    program: vscode.Uri.joinPath(programs, 'engine.js').fsPath,
    progress: () => {},
    log: (text) => output.append(text),
  });
  let cancelled = false;
  try {
    const network = await askForNetwork(await engine.api.cells(), (request) => engine.api.checkNetwork(request));
    if (!network) return undefined;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
    const { cell, inputSize, hiddenSize } = network;
    const file = await vscode.window.showSaveDialog({
      title: 'New Checkpoint',
      saveLabel: 'Create',
      defaultUri: vscode.Uri.joinPath(folder, `${cell}-${inputSize}x${hiddenSize}.onnx`),
      filters: { ONNX: ['onnx'] },
    });
    if (!file) return undefined;
    return await written(engine, file, network, () => (cancelled = true));
  } catch (error) {
    if (cancelled) return undefined;
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return undefined;
  } finally {
    engine.dispose();
  }
}

/** Writes it, with a button that kills the process; what a killed process leaves behind is removed. */
async function written(
  engine: Engine,
  file: vscode.Uri,
  network: CheckpointRequest,
  cancelled: () => void,
): Promise<vscode.Uri> {
  const temporary = `${file.fsPath}.${randomBytes(6).toString('hex')}.part`;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Recurscope: making ${basename(file.fsPath)}`,
    cancellable: true,
  };
  return await vscode.window.withProgress(options, async (_, token) => {
    token.onCancellationRequested(() => {
      cancelled();
      engine.dispose('The new checkpoint was cancelled.');
    });
    try {
      return vscode.Uri.file(await engine.api.newCheckpoint({ path: file.fsPath, temporary, network }));
    } finally {
      // Another system keeps a file until the process that writes it is gone.
      await rm(temporary, { force: true, recursive: true, maxRetries: 10, retryDelay: 50 });
    }
  });
}
