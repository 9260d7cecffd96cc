import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
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
): { errors: string[]; refusals: string[]; left: () => number } {
  const queue = [...answers];
  const refusals: string[] = [];
  const errors: string[] = [];
  const replacements = {
    showQuickPick: async (items: readonly { label: string }[] | Promise<readonly { label: string }[]>) => {
      const wanted = queue.shift();
      return (await items).find(({ label }) => label === wanted);
    },
    // An answer that is refused leaves the question open, so people give up.
    showInputBox: async (options?: vscode.InputBoxOptions) => {
      const answer = queue.shift();
      const refused = answer === undefined ? undefined : await options?.validateInput?.(answer);
      if (refused) refusals.push(typeof refused === 'string' ? refused : refused.message);
      return refused ? undefined : answer;
    },
    showSaveDialog: () => Promise.resolve(file),
    showErrorMessage: (message: string) => {
      errors.push(message);
      return Promise.resolve(undefined);
    },
  };
  Object.assign(vscode.window, replacements);
  return { errors, refusals, left: () => queue.length };
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
    assert.match(errors.join(), /new\.onnx exists already, and nothing is overwritten/);
    assert.equal(fs.readFileSync(file.fsPath, 'utf8'), 'precious');
  });

  it('says why a cell does not come in a size as soon as it is known', async () => {
    const { errors, refusals } = answerWith(['sru', '3', '8'], file);
    assert.equal(await create(), undefined);
    assert.deepEqual(errors, []);
    assert.match(refusals.join(), /^The cell sru needs an input as wide as its state/);
    assert.ok(!fs.existsSync(file.fsPath));
  });

  it('has no more layers than can be read again', async () => {
    const { refusals } = answerWith(['gru', '3', '8', '129'], file);
    assert.equal(await create(), undefined);
    assert.match(refusals.join(), /whole number from 1 to 128/);
  });

  it('can be cancelled while it is made, and leaves nothing behind', async () => {
    const { errors } = answerWith(['lstm', '3000', '3000', '1', 'Forward', 'No readout', '0'], file);
    const { withProgress } = vscode.window;
    const cancelling = new vscode.CancellationTokenSource();
    Object.assign(vscode.window, {
      withProgress: (_: unknown, work: (progress: unknown, token: vscode.CancellationToken) => Promise<unknown>) => {
        const result = work({ report: () => undefined }, cancelling.token);
        cancelling.cancel();
        return result;
      },
    });
    try {
      assert.equal(await create(), undefined);
    } finally {
      Object.assign(vscode.window, { withProgress });
    }
    assert.deepEqual(errors, []);
    const name = path.basename(file.fsPath);
    assert.deepEqual(fs.readdirSync(path.dirname(file.fsPath)).filter((found) => found.startsWith(name)), []); // prettier-ignore
  });

  it('writes nothing when one gives up', async () => {
    const { errors } = answerWith(['gru', '3', undefined], file);
    assert.equal(await create(), undefined);
    assert.deepEqual(errors, []);
    assert.ok(!fs.existsSync(file.fsPath));
  });
});
