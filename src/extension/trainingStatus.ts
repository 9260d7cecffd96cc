import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { PanelTraining, TrainingRun } from '../protocol/panelTraining';
import { progressText } from './progressText';

/** Shows the panel of a checkpoint (a Uri); not one of the commands that people choose. */
export const SHOW_PANEL = 'recurscope.showPanel';

/** The entry in the status bar while a checkpoint is trained. */
export function trainingStatus(checkpoint: vscode.Uri): { show(training: PanelTraining): void; dispose(): void } {
  const file = basename(checkpoint.fsPath);
  const item = vscode.window.createStatusBarItem(
    `recurscope.training.${checkpoint.fsPath}`,
    vscode.StatusBarAlignment.Left,
  );
  item.name = 'Recurscope: Training';
  item.command = { command: SHOW_PANEL, title: 'Show Training', arguments: [checkpoint] };
  return {
    show({ runs }) {
      const run = runs.at(-1);
      if (!run || !isUnderWay(run)) return item.hide();
      const text = progressText(run);
      item.text = `${run.status === 'paused' ? '$(debug-pause)' : '$(sync~spin)'} ${file}: ${text}`;
      item.tooltip = `Recurscope retrains ${file}: ${text}. Click to see it.`;
      item.show();
    },
    dispose: () => item.dispose(),
  };
}

const isUnderWay = ({ status }: TrainingRun): boolean => status === 'running' || status === 'paused';
