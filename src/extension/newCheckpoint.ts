import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { startEngine } from '../protocol/engineProcess';
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
  try {
    const network = await askForNetwork(await engine.api.cells());
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
    return vscode.Uri.file(await engine.api.newCheckpoint({ path: file.fsPath, network }));
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return undefined;
  } finally {
    engine.dispose();
  }
}
