import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { exampleCheckpoints, exampleFile } from './exampleFiles';

describe('The sidecar in the editor', () => {
  const sidecar = exampleFile(`${exampleCheckpoints()[0]}.recurscope.json`);

  it('is completed with its properties and what they mean', async () => {
    const document = await vscode.workspace.openTextDocument(sidecar);
    await vscode.window.showTextDocument(document);
    // Right after the opening brace, where a property may stand.
    const position = document.positionAt(document.getText().indexOf('{') + 1);
    let labels: string[] = [];
    for (let count = 0; count < 50 && !labels.includes('independentSequences'); count++) {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        sidecar,
        position,
      );
      labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label).replaceAll('"', ''));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(labels.includes('independentSequences'), `Only ${labels.join(', ')} were offered.`);
  });

  it('has no fault in the examples, and a wrong value is marked', async () => {
    const wrong = exampleFile('wrong.onnx.recurscope.json');
    await vscode.workspace.fs.writeFile(wrong, new TextEncoder().encode('{ "delta": "small" }\n'));
    try {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(wrong));
      for (let count = 0; vscode.languages.getDiagnostics(wrong).length === 0; count++) {
        assert.ok(count < 100, 'Nothing was marked within ten seconds.');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.deepEqual(vscode.languages.getDiagnostics(sidecar), []);
    } finally {
      await vscode.workspace.fs.delete(wrong);
    }
  });
});
