const vscode = require('vscode');
const { example } = require('./package.json');

/** Analyzes the example of the folder that is open, as if it had been right-clicked. */
exports.activate = async () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) return;
  await vscode.commands.executeCommand('recurscope.analyzeCheckpoint', vscode.Uri.joinPath(folder.uri, example));
};
