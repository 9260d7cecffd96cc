import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  extensionKind: string[];
  capabilities: { untrustedWorkspaces: { supported: unknown } };
  contributes: { commands: { command: string }[] };
}

describe('The extension', () => {
  const extension = vscode.extensions.getExtension('recurscope.recurscope');

  it('starts, and then has every command that its manifest promises', async () => {
    assert.ok(extension, 'VS Code does not know the extension.');
    await extension.activate();
    const { contributes } = extension.packageJSON as Manifest;
    const known = new Set(await vscode.commands.getCommands());
    for (const { command } of contributes.commands) assert.ok(known.has(command), `${command} is not registered.`);
  });

  it('runs beside the files, and says that a workspace without trust limits it', () => {
    const { extensionKind, capabilities } = extension?.packageJSON as Manifest;
    assert.deepEqual(extensionKind, ['workspace']);
    assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
  });
});
