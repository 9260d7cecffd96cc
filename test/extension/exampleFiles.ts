import fs from 'node:fs';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** A file of the open workspace, which is a copy of the examples. */
export function exampleFile(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'No folder is open.');
  return vscode.Uri.joinPath(folder.uri, name);
}

/** The checkpoints among the examples, that is, what has a sidecar; relative to their folder. */
export function exampleCheckpoints(): string[] {
  const ending = '.recurscope.json';
  return fs
    .readdirSync(exampleFile('').fsPath, { encoding: 'utf8', recursive: true })
    .sort()
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
}
