import * as vscode from 'vscode';
import type { CheckpointRequest } from '../core/cells/checkpointRequest';
import type { ListedCell } from '../protocol/engineApi';

const title = 'Recurscope: New Checkpoint';

/** Asks for a network, one question after the other; undefined when the user gave up at one of them. */
export async function askForNetwork(cells: readonly ListedCell[]): Promise<CheckpointRequest | undefined> {
  const cell = await vscode.window.showQuickPick(
    cells.map(({ name, source, stateBound }) => ({ label: name, description: source, detail: stateBound })),
    { title, placeHolder: 'Choose a cell', matchOnDescription: true, ignoreFocusOut: true },
  );
  if (!cell) return undefined;
  const inputSize = await askForNumber('Input size: how many numbers a step has (channels of a convolution)', '');
  if (inputSize === undefined) return undefined;
  const hiddenSize = await askForNumber('Hidden size: how many units a layer has (filters of a convolution)', '');
  if (hiddenSize === undefined) return undefined;
  const layers = await askForNumber('Layers, one above the other', '1');
  if (layers === undefined) return undefined;
  const kind = await askForKind(layers);
  if (!kind) return undefined;
  const readout = await askForReadout();
  if (!readout) return undefined;
  const seed = await askForNumber('Seed of the random weights: the same seed, the same file', '0', 0);
  if (seed === undefined) return undefined;
  return { cell: cell.label, options: {}, inputSize, hiddenSize, layers, ...kind, ...readout, seed };
}

/** A whole number from `least` on; undefined when the user gave up. */
async function askForNumber(prompt: string, value: string, least = 1): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    ...{ title, prompt, value, ignoreFocusOut: true },
    validateInput: (entered) => (isWhole(entered, least) ? undefined : `Enter a whole number of at least ${least}.`),
  });
  return text === undefined ? undefined : Number(text);
}

const isWhole = (text: string, least: number): boolean =>
  /^\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text)) && Number(text) >= least;

type Kind = Pick<CheckpointRequest, 'bidirectional' | 'residual'>;

async function askForKind(layers: number): Promise<Kind | undefined> {
  const plain = { label: 'Forward', bidirectional: false, residual: false };
  const both = { label: 'Both directions', bidirectional: true, residual: false };
  const residual = {
    label: 'Forward, with residual connections',
    description: 'from the second layer on, what a layer reads is added to what it hands on',
    bidirectional: false,
    residual: true,
  };
  const chosen = await vscode.window.showQuickPick([plain, both, ...(layers > 1 ? [residual] : [])], {
    ...{ title, placeHolder: 'Choose how the layers read the sequence', ignoreFocusOut: true },
  });
  return chosen && { bidirectional: chosen.bidirectional, residual: chosen.residual };
}

async function askForReadout(): Promise<Pick<CheckpointRequest, 'readout' | 'readoutSteps'> | undefined> {
  const none = { label: 'No readout', description: 'the outputs are the hidden states', steps: null };
  const last = { label: 'Scores after the last step', steps: 'last' as const };
  const every = { label: 'Scores at every step', steps: 'every' as const };
  const chosen = await vscode.window.showQuickPick([last, every, none], {
    ...{ title, placeHolder: 'Choose what the network answers', ignoreFocusOut: true },
  });
  if (!chosen) return undefined;
  if (chosen.steps === null) return { readout: null, readoutSteps: 'last' };
  const outputs = await askForNumber('Scores: how many classes or values there are', '');
  return outputs === undefined ? undefined : { readout: outputs, readoutSteps: chosen.steps };
}
