import { open } from 'node:fs/promises';
import * as vscode from 'vscode';

/** How many files of a kind are looked at; a workspace with more is asked for by name in the Explorer. */
const MOST_FILES = 2000;
const ELSEWHERE = '**/{node_modules,.git,.venv,venv,site-packages}/**';

/** Lets the user choose among the checkpoints of the workspace; undefined when there is none or none was chosen. */
export async function pickCheckpoint(): Promise<vscode.Uri | undefined> {
  const checkpoints = await findCheckpoints();
  if (checkpoints.length === 0) {
    const browse = 'Browse…';
    const answer = await vscode.window.showInformationMessage(
      'No checkpoint was found in this workspace. Recurscope reads .onnx files and TensorFlow.js layers models (.json).',
      browse,
    );
    return answer === browse ? await browseForCheckpoint() : undefined;
  }
  const items = checkpoints.map((uri) => ({
    label: uri.path.slice(uri.path.lastIndexOf('/') + 1),
    description: folderOf(vscode.workspace.asRelativePath(uri)),
    uri,
  }));
  const choice = await vscode.window.showQuickPick(items, {
    title: 'Recurscope: Analyze Checkpoint',
    placeHolder: 'Choose a checkpoint of this workspace',
    matchOnDescription: true,
  });
  return choice?.uri;
}

async function findCheckpoints(): Promise<vscode.Uri[]> {
  const [onnx, json] = await Promise.all([
    vscode.workspace.findFiles('**/*.onnx', ELSEWHERE, MOST_FILES),
    vscode.workspace.findFiles('**/*.json', ELSEWHERE, MOST_FILES),
  ]);
  const isModel = await Promise.all(json.map((uri) => beginsLikeLayersModel(uri.fsPath)));
  return [...onnx, ...json.filter((_, i) => isModel[i])].sort((a, b) => a.path.localeCompare(b.path));
}

async function browseForCheckpoint(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Choose a Checkpoint',
    filters: { 'ONNX and TensorFlow.js checkpoints': ['onnx', 'json'] },
  });
  return chosen?.[0];
}

/** A guess for a list of suggestions, from the first kilobytes; what the file really is, the engine says. */
async function beginsLikeLayersModel(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
      const text = buffer.toString('utf8', 0, bytesRead);
      return (
        /^\s*\{/.test(text) &&
        /"(modelTopology|weightsManifest|layers-model)"/.test(text) &&
        !/"graph-model"/.test(text)
      );
    } finally {
      await file.close();
    }
  } catch {
    return false; // It is gone or may not be read: nothing to suggest.
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
