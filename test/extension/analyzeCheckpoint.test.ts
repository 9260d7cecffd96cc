import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PanelState } from '../../src/protocol/panelApi';
import { exampleCheckpoints, exampleFile } from './exampleFiles';

function analyze(file: vscode.Uri): Thenable<PanelState> {
  return vscode.commands.executeCommand<PanelState>('recurscope.analyzeCheckpoint', file);
}

/** VS Code tells the extension host about its tabs a little later than it shows them. */
async function panelsBecome(expected: readonly string[]): Promise<void> {
  for (let count = 0; count < 50 && panels().join() !== expected.join(); count++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual(panels(), expected);
}

/** The labels of the open panels, in alphabetical order. */
function panels(): string[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview)
    .map(({ label }) => label)
    .sort();
}

describe('Analyze Checkpoint', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  for (const name of exampleCheckpoints()) {
    it(`analyzes ${name} within ten seconds`, async () => {
      const started = performance.now();
      const state = await analyze(exampleFile(name));
      assert.equal(state.kind, 'ready', state.kind === 'failed' ? state.message : undefined);
      assert.ok(performance.now() - started < 10_000);
      assert.equal(state.file, path.basename(name));
      assert.ok(state.report);
      assert.equal(state.report.checkpoint.file, path.basename(name));
      assert.ok(state.report.layers.length > 0);
      assert.ok(state.report.data);
      assert.ok(state.report.agreement && state.report.agreement.maxRelativeError <= 1e-4);
      assert.ok(state.report.bounds.some(({ status }) => status === 'certified'));
    });
  }

  it('opens the panel at once', async () => {
    const name = exampleCheckpoints()[0] ?? '';
    const state = analyze(exampleFile(name));
    await panelsBecome([path.basename(name)]);
    await state;
  });

  it('takes the file in the editor when an editor title gives its group alone', async () => {
    const name = exampleCheckpoints()[0] ?? '';
    await vscode.commands.executeCommand('vscode.open', exampleFile(name));
    const state = await vscode.commands.executeCommand<PanelState>('recurscope.analyzeCheckpoint', { groupId: 0 });
    assert.equal(state.kind, 'ready');
    assert.equal(state.file, path.basename(name));
  });

  it('uses the panel that a checkpoint has already', async () => {
    const name = exampleCheckpoints()[0] ?? '';
    await analyze(exampleFile(name));
    await analyze(exampleFile(name));
    await panelsBecome([path.basename(name)]);
  });

  it('has a panel for each checkpoint', async () => {
    const names = exampleCheckpoints().slice(0, 2);
    await Promise.all(names.map((name) => analyze(exampleFile(name))));
    await panelsBecome(names.map((name) => path.basename(name)).sort());
  });

  const unusable: [string, string | Uint8Array][] = [
    ['empty.onnx', ''],
    ['garbage.onnx', 'This is not a checkpoint.'],
    ['pointer.onnx', 'version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 12345\n'],
    ['list.json', '[1, 2, 3]'],
    ['graph.json', '{"format": "graph-model", "modelTopology": {}, "weightsManifest": []}'],
  ];
  for (const [name, content] of unusable) {
    it(`says in one sentence what is wrong with ${name}, and writes nothing`, async () => {
      const file = exampleFile(name);
      fs.writeFileSync(file.fsPath, content);
      const before = fs.readdirSync(exampleFile('').fsPath);
      try {
        const state = await analyze(file);
        assert.equal(state.kind, 'failed');
        assert.match(state.message, /\.$/);
        assert.doesNotMatch(state.message, /bug of Recurscope|undefined|at .*\.js/);
        assert.deepEqual(fs.readdirSync(exampleFile('').fsPath), before);
      } finally {
        fs.rmSync(file.fsPath);
      }
    });
  }

  it('says that a file is missing', async () => {
    const state = await analyze(exampleFile('missing.onnx'));
    assert.equal(state.kind, 'failed');
    assert.match(state.message, /missing\.onnx/);
  });
});

describe('Save Report', () => {
  it('writes the report next to the checkpoint, as data and as text', async () => {
    const name = exampleCheckpoints()[0] ?? '';
    const written = [exampleFile(`${name}.bounds.json`), exampleFile(`${name}.bounds.md`)].map(({ fsPath }) => fsPath);
    const state = await analyze(exampleFile(name));
    // The command ends when its notification is closed.
    void vscode.commands.executeCommand('recurscope.saveReport');
    for (let count = 0; !written.every((file) => fs.existsSync(file)); count++) {
      assert.ok(count < 100, 'The files were not there after ten seconds.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const [json = '', markdown = ''] = written;
    assert.deepEqual(JSON.parse(fs.readFileSync(json, 'utf8')), JSON.parse(JSON.stringify(state.report)));
    assert.ok(fs.readFileSync(markdown, 'utf8').includes(path.basename(name)));
    for (const file of written) fs.rmSync(file);
  });
});
