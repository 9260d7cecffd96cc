import * as vscode from 'vscode';
import type { CheckpointRequest } from '../core/cells/checkpointRequest';
import type { ListedCell } from '../protocol/engineApi';

const title = 'Recurscope: New Checkpoint';

/** What is wrong with a network so far, in one sentence; null: nothing. */
export type CheckNetwork = (network: CheckpointRequest) => Promise<string | null>;

/**
 * Asks for a network, one question after the other; undefined when the user gave up at one of them. Each answer is checked
 * with those before it as soon as it is given, what is not known yet being as small as can be.
 */
export async function askForNetwork(
  cells: readonly ListedCell[],
  check: CheckNetwork,
): Promise<CheckpointRequest | undefined> {
  const cell = await vscode.window.showQuickPick(
    cells.map(({ name, source, stateBound }) => ({ label: name, description: source, detail: stateBound })),
    { title, placeHolder: 'Choose a cell', matchOnDescription: true, ignoreFocusOut: true },
  );
  if (!cell) return undefined;
  let network: CheckpointRequest = { ...smallest, cell: cell.label };
  // Whether a cell comes in an input size depends on the hidden size, so it is said at the second number.
  const inputSize = await askForNumber('Input size: how many numbers a step has (channels of a convolution)', '');
  if (inputSize === undefined) return undefined;
  network = { ...network, inputSize };
  const hiddenSize = await askForNumber(
    'Hidden size: how many units a layer has (filters of a convolution)',
    '',
    (answer) => check({ ...network, hiddenSize: answer }),
  );
  if (hiddenSize === undefined) return undefined;
  network = { ...network, hiddenSize };
  const layers = await askForNumber('Layers, one above the other', '1', (answer) =>
    check({ ...network, layers: answer }),
  );
  if (layers === undefined) return undefined;
  network = { ...network, layers };
  const kind = await askForKind(network, check);
  if (!kind) return undefined;
  network = { ...network, ...kind };
  const readout = await askForReadout(network, check);
  if (!readout) return undefined;
  network = { ...network, ...readout };
  const seed = await askForNumber(
    'Seed of the random weights: the same seed, the same file',
    '0',
    (answer) => check({ ...network, seed: answer }),
    0,
  );
  return seed === undefined ? undefined : { ...network, seed };
}

const smallest: Omit<CheckpointRequest, 'cell'> = {
  ...{ options: {}, inputSize: 1, hiddenSize: 1, layers: 1, bidirectional: false, residual: false },
  ...{ readout: null, readoutSteps: 'last', seed: 0 },
};

const most = 1_000_000;

/** A whole number from `least` on that passes the check; undefined when the user gave up. */
async function askForNumber(
  prompt: string,
  value: string,
  check: (answer: number) => Promise<string | null> = (answer) =>
    Promise.resolve(answer > most ? `Enter at most ${most.toLocaleString('en-US')}.` : null),
  least = 1,
): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    ...{ title, prompt, value, ignoreFocusOut: true },
    validateInput: async (entered) =>
      isWhole(entered, least)
        ? ((await check(Number(entered))) ?? undefined)
        : `Enter a whole number of at least ${least}.`,
  });
  return text === undefined ? undefined : Number(text);
}

const isWhole = (text: string, least: number): boolean =>
  /^\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text)) && Number(text) >= least;

type Kind = Pick<CheckpointRequest, 'bidirectional' | 'residual'>;

/** The ways to read the sequence in which this network comes. */
async function askForKind(network: CheckpointRequest, check: CheckNetwork): Promise<Kind | undefined> {
  const kinds = [
    { label: 'Forward', bidirectional: false, residual: false },
    { label: 'Both directions', bidirectional: true, residual: false },
    { label: 'Forward, with residual connections', description: residualText, bidirectional: false, residual: true },
  ];
  const problems = await Promise.all(
    kinds.map(({ bidirectional, residual }) => check({ ...network, bidirectional, residual })),
  );
  const chosen = await vscode.window.showQuickPick(
    kinds.filter((_, k) => problems[k] === null),
    { title, placeHolder: 'Choose how the layers read the sequence', ignoreFocusOut: true },
  );
  return chosen && { bidirectional: chosen.bidirectional, residual: chosen.residual };
}

const residualText = 'from the second layer on, what a layer reads is added to what it hands on';

async function askForReadout(
  network: CheckpointRequest,
  check: CheckNetwork,
): Promise<Pick<CheckpointRequest, 'readout' | 'readoutSteps'> | undefined> {
  const none = { label: 'No readout', description: 'the outputs are the hidden states', steps: null };
  const last = { label: 'Scores after the last step', steps: 'last' as const };
  const every = { label: 'Scores at every step', steps: 'every' as const };
  const chosen = await vscode.window.showQuickPick([last, every, none], {
    ...{ title, placeHolder: 'Choose what the network answers', ignoreFocusOut: true },
  });
  if (!chosen) return undefined;
  if (chosen.steps === null) return { readout: null, readoutSteps: 'last' };
  const outputs = await askForNumber('Scores: how many classes or values there are', '', (answer) =>
    check({ ...network, readout: answer }),
  );
  return outputs === undefined ? undefined : { readout: outputs, readoutSteps: chosen.steps };
}
