import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { exampleCheckpoints, exampleFile } from './exampleFiles';

describe('The sidecar in the editor', () => {
  const sidecar = exampleFile('another.onnx.recurscope.json');

  async function open(text: string): Promise<void> {
    await vscode.workspace.fs.writeFile(sidecar, new TextEncoder().encode(text));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(sidecar));
  }

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(sidecar);
  });

  it('is completed with every property there is', async () => {
    await open('{}\n');
    const wanted = ['data', 'delta', 'independentSequences', 'inputDomain', 'task', 'trainedOnData'];
    let offered: string[] = [];
    // The schema is read in the background.
    for (let count = 0; count < 50 && !wanted.every((name) => offered.includes(name)); count++) {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        sidecar,
        new vscode.Position(0, 1),
      );
      offered = items.map(({ label }) => (typeof label === 'string' ? label : label.label).replaceAll('"', ''));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const name of wanted) assert.ok(offered.includes(name), `${name} is not among ${offered.join(', ')}.`);
  });

  it('is marked where a value is wrong', async () => {
    await open('{ "delta": "small" }\n');
    for (let count = 0; vscode.languages.getDiagnostics(sidecar).length === 0; count++) {
      assert.ok(count < 100, 'Nothing was marked within ten seconds.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.match(vscode.languages.getDiagnostics(sidecar)[0]?.message ?? '', /number/);
  });

  it('has no fault in the examples', async () => {
    const examples = exampleCheckpoints().map((name) => exampleFile(`${name}.recurscope.json`));
    for (const each of examples) await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(each));
    // Once this one is marked, the others, opened before it, have been looked at too.
    await open('{ "delta": "small" }\n');
    while (vscode.languages.getDiagnostics(sidecar).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const each of examples) assert.deepEqual(vscode.languages.getDiagnostics(each), []);
  });
});
