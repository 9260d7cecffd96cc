import * as vscode from 'vscode';
import type { AnalysisReport } from '../core/report';
import type { TrainingSettings } from '../core/training/trainingSettings';

const title = 'Recurscope: Retrain Checkpoint';

/** What the panel knows of the recurrent matrices: their names, and how large they are. */
type KnownLayers = Pick<AnalysisReport, 'layers'>;

interface Choice extends vscode.QuickPickItem {
  /** What the training is to keep to; undefined when the user gave up. */
  readonly constraints?: () => Promise<readonly string[] | undefined>;
  /** A file with everything. */
  readonly file?: () => Promise<vscode.Uri | undefined>;
}

/**
 * Asks how to train, with as few questions as possible; undefined when the user gave up.
 *
 * @param layers waits until the matrices of the checkpoint are known.
 * @param read reads a file of settings (absolute path), and says what is wrong with it.
 */
export async function askForTraining(
  checkpoint: vscode.Uri,
  layers: () => Promise<KnownLayers | null>,
  read: (path: string) => Promise<TrainingSettings>,
): Promise<TrainingSettings | undefined> {
  const files = await vscode.workspace.findFiles('**/*.retrain.json', '**/node_modules/**', 100);
  const chosen = await vscode.window.showQuickPick<Choice>(
    [
      {
        label: 'Keep spectral norms at most 1',
        description: 'spectral-norm=1',
        detail: 'Every recurrent matrix by itself, after every step',
        constraints: () => Promise.resolve(['spectral-norm=1']),
      },
      {
        label: 'Keep spectral norms at most…',
        description: 'spectral-norm:U=…',
        detail: 'A limit of its own for each recurrent matrix',
        constraints: async () => await askForLimits(await layers()),
      },
      {
        label: 'Pull towards the start',
        description: 'pull=0.01',
        detail: 'A penalty on the distance from the reference, or else from where the training starts',
        constraints: () => Promise.resolve(['pull=0.01']),
      },
      { label: 'No constraint', constraints: () => Promise.resolve([]) },
      { label: 'Settings from a file', kind: vscode.QuickPickItemKind.Separator },
      ...files.map((uri): Choice => ({
        label: `$(json) ${vscode.workspace.asRelativePath(uri)}`,
        file: () => Promise.resolve(uri),
      })),
      { label: 'Browse…', detail: 'Every setting, as *.retrain.json', file: () => browse(checkpoint) },
    ],
    { title, placeHolder: 'Choose what the training keeps to', matchOnDescription: true, ignoreFocusOut: true },
  );
  if (chosen?.file) {
    const file = await chosen.file();
    return file && (await read(file.fsPath));
  }
  const constraints = await chosen?.constraints?.();
  if (!constraints) return undefined;
  const epochs = await askForNumber('Epochs: how often every training sequence is seen', '10', (value) =>
    Number.isSafeInteger(value) && value >= 1 ? null : 'Enter a whole number of at least 1.',
  );
  if (epochs === undefined) return undefined;
  const learningRate = await askForNumber('Learning rate of Adam', '0.001', (value) =>
    value > 0 && Number.isFinite(value) ? null : 'Enter a positive number.',
  );
  return learningRate === undefined ? undefined : { epochs, learningRate, constraints: [...constraints] };
}

async function browse(checkpoint: vscode.Uri): Promise<vscode.Uri | undefined> {
  const files = await vscode.window.showOpenDialog({
    ...{ title: 'Choose Training Settings', openLabel: 'Choose' },
    defaultUri: vscode.Uri.joinPath(checkpoint, '..'),
    filters: { 'Training settings': ['json'] },
  });
  return files?.[0];
}

async function askForNumber(
  prompt: string,
  value: string,
  check: (value: number) => string | null,
): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    ...{ title, prompt, value, ignoreFocusOut: true },
    validateInput: (entered) => check(entered.trim() === '' ? NaN : Number(entered)),
  });
  return text === undefined ? undefined : Number(text);
}

/** One line for all of them, with 1 as the suggestion. */
async function askForLimits(known: KnownLayers | null): Promise<readonly string[] | undefined> {
  const matrices = (known?.layers ?? []).flatMap(({ matrices }) => matrices.filter(({ role }) => role === 'recurrent'));
  const names = [...new Set(matrices.map(({ name }) => name))];
  const now = matrices.map(({ name, spectralNorm }) => `${name} ${spectralNorm.upper.toPrecision(3)}`).join(', ');
  const text = await vscode.window.showInputBox({
    ...{ title, ignoreFocusOut: true },
    prompt: `The largest spectral norm of each matrix; those that are left out are not limited. They are now: ${now}`,
    value: names.map((name) => `${name}=1`).join(', '),
    validateInput: (entered) =>
      limitsIn(entered) ? null : 'Write limits such as U_f=1, U_o=0.5: a name and a positive number each.',
  });
  const limits = text === undefined ? null : limitsIn(text);
  return limits?.map((limit) => `spectral-norm:${limit}`);
}

/** "U_f=1", "U_o=0.5"; null where that is not what was written. */
function limitsIn(text: string): readonly string[] | null {
  const limits = text.split(',').map((limit) => limit.replaceAll(' ', ''));
  return limits.every((limit) => /^[^:=]+=\d*\.?\d+(e[+-]?\d+)?$/i.test(limit) && Number(limit.split('=')[1]) > 0)
    ? limits
    : null;
}
