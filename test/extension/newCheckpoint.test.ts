import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import type { PanelState } from '../../src/protocol/panelApi';
import { exampleFile } from './exampleFiles';

/** What VS Code asks people with. */
type Questions = Pick<typeof vscode.window, 'showQuickPick' | 'showInputBox' | 'showSaveDialog' | 'showErrorMessage'>;

const { showQuickPick, showInputBox, showSaveDialog, showErrorMessage } = vscode.window;
const asked: Questions = { showQuickPick, showInputBox, showSaveDialog, showErrorMessage };

/** Answers each question with the next of these; a choice by its label. Shown errors are collected. */
function answerWith(
  answers: readonly (string | undefined)[],
  file: vscode.Uri,
): { errors: string[]; left: () => number } {
  const queue = [...answers];
  const errors: string[] = [];
  const replacements = {
    showQuickPick: async (items: readonly { label: string }[] | Promise<readonly { label: string }[]>) => {
      const wanted = queue.shift();
      return (await items).find(({ label }) => label === wanted);
    },
    showInputBox: (options?: vscode.InputBoxOptions) => {
      const answer = queue.shift();
      if (answer !== undefined) assert.equal(options?.validateInput?.(answer), undefined, answer);
      return Promise.resolve(answer);
    },
    showSaveDialog: () => Promise.resolve(file),
    showErrorMessage: (message: string) => {
      errors.push(message);
      return Promise.resolve(undefined);
    },
  };
  Object.assign(vscode.window, replacements);
  return { errors, left: () => queue.length };
}

const create = (): Thenable<PanelState | undefined> => vscode.commands.executeCommand('recurscope.newCheckpoint');

describe('New Checkpoint', () => {
  const file = exampleFile('new.onnx');
  afterEach(async () => {
    Object.assign(vscode.window, asked);
    fs.rmSync(file.fsPath, { force: true });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('asks for a network, writes it, and opens its analysis', async () => {
    const answers = ['irc-lstm', '3', '8', '2', 'Both directions', 'Scores after the last step', '4', '7'];
    const { errors, left } = answerWith(answers, file);
    const state = await create();
    assert.deepEqual([errors, left()], [[], 0]);
    assert.equal(state?.kind, 'ready');
    assert.equal(state.file, 'new.onnx');
    assert.deepEqual(
      state.report?.layers.map(({ cell, direction, hiddenSize }) => `${cell} ${direction} ${hiddenSize}`),
      ['irc-lstm forward 8', 'irc-lstm reverse 8', 'irc-lstm forward 8', 'irc-lstm reverse 8'],
    );
    assert.equal(state.report.readout?.outputs, 4);
  });

  it('never writes over a file', async () => {
    fs.writeFileSync(file.fsPath, 'precious');
    const { errors } = answerWith(['gru', '3', '8', '1', 'Forward', 'No readout', '0'], file);
    assert.equal(await create(), undefined);
    assert.match(errors.join(), /new\.onnx exists already, and a checkpoint is never overwritten/);
    assert.equal(fs.readFileSync(file.fsPath, 'utf8'), 'precious');
  });

  it('says why a cell does not come in a size', async () => {
    const { errors } = answerWith(['sru', '3', '8', '1', 'Forward', 'No readout', '0'], file);
    assert.equal(await create(), undefined);
    assert.match(errors.join(), /sru needs an input as wide as its state/);
    assert.ok(!fs.existsSync(file.fsPath));
  });

  it('writes nothing when one gives up', async () => {
    const { errors } = answerWith(['gru', '3', undefined], file);
    assert.equal(await create(), undefined);
    assert.deepEqual(errors, []);
    assert.ok(!fs.existsSync(file.fsPath));
  });
});
