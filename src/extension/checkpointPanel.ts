import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { NearbyRequest } from '../protocol/engineApi';
import { startEngine } from '../protocol/engineProcess';
import type { PanelApi, PanelEvents, PanelState } from '../protocol/panelApi';
import { connect } from '../protocol/rpc';
import { askForNoise } from './askForNoise';
import { createSession } from './analysisSession';
import type { AnalysisSession } from './analysisSession';
import { orError, showError } from './orError';
import { panelHtml } from './panelHtml';
import { createRetraining, type Retraining } from './retraining';

export const PANEL_TYPE = 'recurscope.checkpoint';

/** A panel and what can be asked of it; closing it ends its background process. */
export interface CheckpointPanel {
  readonly checkpoint: string;
  readonly window: vscode.WebviewPanel;
  readonly training: Retraining;
  analyze(): Promise<PanelState>;
  cancel(): void;
  saveReport(): Promise<void>;
  chooseData(): Promise<void>;
  chooseReference(): Promise<void>;
  clearReference(): Promise<void>;
}

export interface PanelOptions {
  readonly checkpoint: vscode.Uri;
  /** The folder of the built programs. */
  readonly programs: vscode.Uri;
  readonly output: vscode.OutputChannel;
  /** Where trainings are written down. */
  readonly storage: vscode.Uri;
  /** A panel that VS Code has restored; undefined: a new one is opened beside the editor. */
  readonly restored?: vscode.WebviewPanel;
  readonly column?: vscode.ViewColumn;
}

/** Opens the panel at once; `analyze` fills it. */
export function openCheckpointPanel(options: PanelOptions): CheckpointPanel {
  const { checkpoint, programs, output, storage, restored, column } = options;
  const file = basename(checkpoint.fsPath);
  const window = restored ?? vscode.window.createWebviewPanel(PANEL_TYPE, file, column ?? vscode.ViewColumn.Beside, {});
  window.webview.options = { enableScripts: true, localResourceRoots: [programs] };
  window.iconPath = vscode.Uri.joinPath(programs, '..', 'media', 'icon.svg');

  let notify: ((phase: string) => void) | null = null;
  const session = createSession({
    checkpoint: checkpoint.fsPath,
    startEngine: (options) => startEngine({ ...options, program: vscode.Uri.joinPath(programs, 'engine.js').fsPath }),
    isTrusted: () => vscode.workspace.isTrusted,
    show: (state) => {
      page.tell('show', state);
      if (state.kind === 'analyzing') notify?.(state.phase);
    },
    training: (progress) => training.hear(progress),
    log: (text) => output.append(text),
  });
  /** The analysis under way; null: none. */
  let analysis: Promise<PanelState> | null = null;
  const training = createRetraining({
    ...{ checkpoint, storage, session },
    analyzed: async () => {
      if (analysis) return await analysis;
      return session.state().kind === 'ready' ? session.state() : await panel.analyze();
    },
    chooseData: async () => {
      await panel.chooseData();
      return session.state();
    },
    show: (state) => page.tell('showTraining', state),
  });

  const panel: CheckpointPanel = {
    checkpoint: checkpoint.fsPath,
    ...{ window, training },
    analyze: () => withNotification(() => session.analyze()),
    cancel: () => session.cancel(),
    saveReport: () => saveAndOffer(session),
    async chooseData() {
      const data = await chooseFile(checkpoint, dataFiles);
      if (data !== undefined) await orError(() => withNotification(() => session.chooseData(data)));
    },
    async chooseReference() {
      const reference = await chooseFile(checkpoint, referenceFiles);
      if (reference !== undefined) await orError(() => withNotification(() => session.chooseReference(reference)));
    },
    clearReference: () => orError(() => withNotification(() => session.chooseReference(null))),
  };

  async function tryNearby(more: Partial<NearbyRequest> | undefined): Promise<void> {
    if (more) await withNotification(() => session.tryNearby(more));
  }

  async function withNotification(work: () => Promise<PanelState>): Promise<PanelState> {
    if (training.isUnderWay()) {
      const text = `${file} is being retrained. Cancel the training first, or wait for its end.`;
      void vscode.window.showInformationMessage(text);
      return session.state();
    }
    const options = { location: vscode.ProgressLocation.Notification, title: 'Recurscope', cancellable: true };
    return await vscode.window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(() => session.cancel());
      notify = (message) => progress.report({ message });
      const mine = work().finally(() => {
        if (analysis === mine) analysis = null;
      });
      return (analysis = mine);
    });
  }

  const api: PanelApi = {
    ready: () => {
      page.tell('show', session.state());
      page.tell('showTraining', training.state());
    },
    retry: () => void panel.analyze(),
    cancel: () => panel.cancel(),
    saveReport: () => void panel.saveReport(),
    chooseData: () => void panel.chooseData(),
    chooseReference: () => void panel.chooseReference(),
    clearReference: () => void panel.clearReference(),
    measureWithNoise: () => void askForNoise().then(tryNearby),
    tryQuantisation: () => void tryNearby({ quantise: true }),
    retrain: () => void training.retrain(),
    pauseTraining: () => void training.pause(),
    cancelTraining: () => void training.cancel(),
    keepBest: () => void training.keepBest(),
    resumeTraining: () => void training.resume(),
    openRetrained: (run) => void training.openRetrained(run),
    openRetrainReport: (run) => void training.openReport(run),
    manageTrust: () => void vscode.commands.executeCommand('workbench.trust.manage'),
    showDetails: () => output.show(true),
    copy: (text) => void vscode.env.clipboard.writeText(String(text)),
  };
  const listening: vscode.Disposable[] = [];
  const page = connect<PanelEvents, PanelApi>(
    {
      send: (message) => void window.webview.postMessage(message),
      listen: (receive) => void listening.push(window.webview.onDidReceiveMessage(receive)),
    },
    api,
  );
  listening.push(vscode.workspace.onDidGrantWorkspaceTrust(() => void panel.analyze()));
  window.onDidDispose(() => {
    page.close('The panel was closed.');
    training.dispose();
    session.dispose();
    for (const each of listening) each.dispose();
  });
  window.webview.html = panelHtml(window.webview, programs, file);
  return panel;
}

async function saveAndOffer(session: AnalysisSession): Promise<void> {
  try {
    const paths = await session.saveReport();
    const open = 'Open';
    const names = paths.map((path) => basename(path)).join(' and ');
    const answer = await vscode.window.showInformationMessage(`Saved ${names}.`, open);
    const readable = paths.find((path) => path.endsWith('.md')) ?? paths[0];
    if (answer === open && readable) await vscode.window.showTextDocument(vscode.Uri.file(readable));
  } catch (error) {
    showError(error);
  }
}

interface FileQuestion {
  readonly title: string;
  readonly filters: Record<string, string[]>;
}

const dataFiles: FileQuestion = {
  title: 'Choose Sequences for',
  filters: { Sequences: ['npz', 'csv', 'jsonl'] },
};

const referenceFiles: FileQuestion = {
  title: 'Choose the Checkpoint From Which This One Was Trained:',
  filters: { Checkpoints: ['onnx', 'json'] },
};

/** The path of a file that the user chose; undefined when the user gave up. */
async function chooseFile(checkpoint: vscode.Uri, { title, filters }: FileQuestion): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: `${title} ${basename(checkpoint.fsPath)}`,
    openLabel: 'Choose',
    defaultUri: vscode.Uri.joinPath(checkpoint, '..'),
    filters,
  });
  return chosen?.[0]?.fsPath;
}
