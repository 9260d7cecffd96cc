import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { PanelState } from '../protocol/panelApi';
import type { PanelTraining, TrainingRun } from '../protocol/panelTraining';
import type { TrainingProgress } from '../protocol/trainingApi';
import type { AnalysisSession } from './analysisSession';
import { askForTraining } from './askForTraining';
import { orError } from './orError';
import { createTrainingSession } from './trainingSession';
import { trainingStatus } from './trainingStatus';
import { trainingStore } from './trainingStore';

/** The trainings of a panel: asks what has to be known, shows how it goes in the status bar, and offers the result. */
export interface Retraining {
  state(): PanelTraining;
  isUnderWay(): boolean;
  retrain(): Promise<void>;
  /** Goes on with a training that is paused or came to a halt. */
  resume(): Promise<void>;
  pause(): Promise<void>;
  keepBest(): Promise<void>;
  cancel(): Promise<void>;
  openRetrained(run: number): Promise<void>;
  openReport(run: number): Promise<void>;
  /** What the process tells. */
  hear(progress: TrainingProgress): void;
  dispose(): void;
}

export interface RetrainingOptions {
  readonly checkpoint: vscode.Uri;
  /** Where trainings are written down. */
  readonly storage: vscode.Uri;
  readonly session: AnalysisSession;
  /** Waits for the analysis under way, or begins one where there is none. */
  readonly analyzed: () => Promise<PanelState>;
  /** Asks for data and analyzes them; answers how things stand then. */
  readonly chooseData: () => Promise<PanelState>;
  readonly show: (training: PanelTraining) => void;
}

export function createRetraining(options: RetrainingOptions): Retraining {
  const { checkpoint, storage, session, analyzed, chooseData, show } = options;
  const file = basename(checkpoint.fsPath);
  const status = trainingStatus(checkpoint);
  const training = createTrainingSession({
    checkpoint: checkpoint.fsPath,
    inProcess: (work) => session.inProcess(work),
    endProcess: (reason) => session.endProcess(reason),
    store: trainingStore(storage.fsPath, checkpoint.fsPath),
    // One is left to the editor.
    threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
    show: (state) => {
      show(state);
      status.show(state);
    },
  });
  void training.restore();

  async function retrain(): Promise<void> {
    if (training.isUnderWay()) return say(`${file} is being retrained already.`);
    // A new panel has something to show in any case, and it runs while questions are answered.
    const analysis = analyzed();
    if (!mayTrain(file)) return;
    if (training.state().isResumable) {
      const [goOn, anew] = ['Resume Training', 'Begin Anew'];
      const detail = 'A training of it came to a halt, and can go on from where it was.';
      const answer = await vscode.window.showWarningMessage(`Retrain ${file}?`, { modal: true, detail }, goOn, anew);
      if (answer === goOn) return await resume();
      if (answer !== anew) return;
    }
    const settings = await askForTraining(
      checkpoint,
      async () => (await analysis).report,
      (path) => session.inProcess((api) => api.trainingSettings(path)),
    );
    if (!settings) return;
    let state = await analysis;
    if (state.kind === 'ready' && !state.report.data) state = await chooseData();
    if (state.kind !== 'ready' || !state.report.data) return;
    offer(await training.start(settings));
  }

  async function resume(): Promise<void> {
    if (training.isUnderWay()) return await training.pause(false);
    if (!mayTrain(file)) return;
    if ((await analyzed()).kind === 'ready') offer(await training.resume());
  }

  /** In the background, as nobody has to answer. */
  function offer(run: TrainingRun | null): void {
    if (run?.status === 'failed') void vscode.window.showErrorMessage(`${file} was not retrained. ${run.phase}`);
    if (!run?.result) return;
    const [panel, document] = ['Open Panel', 'Open Report'];
    const made = basename(run.result.path);
    void vscode.window.showInformationMessage(`${file} was retrained: ${made}.`, panel, document).then((answer) => {
      if (answer === panel) void openRetrained(run.number);
      else if (answer === document) void orError(() => openReport(run.number));
    });
  }

  const resultOf = (number: unknown) => training.state().runs.find((run) => run.number === number)?.result;

  async function openRetrained(number: number): Promise<void> {
    const result = resultOf(number);
    if (result) await vscode.commands.executeCommand('recurscope.analyzeCheckpoint', vscode.Uri.file(result.path));
  }

  async function openReport(number: number): Promise<void> {
    const result = resultOf(number);
    if (result) await vscode.window.showTextDocument(vscode.Uri.file(result.report));
  }

  return {
    state: () => training.state(),
    isUnderWay: () => training.isUnderWay(),
    retrain: () => orError(retrain),
    resume: () => orError(resume),
    pause: () => orError(() => training.pause(true)),
    keepBest: () => orError(() => training.keepBest()),
    cancel: () => training.cancel(),
    openRetrained,
    openReport: (number) => orError(() => openReport(number)),
    hear: (progress) => training.hear(progress),
    dispose() {
      if (training.isUnderWay()) sayItEnded(checkpoint);
      training.dispose();
      status.dispose();
    },
  };
}

/** Says why not, where it may not. */
function mayTrain(file: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  const manage = 'Manage Trust';
  void vscode.window
    .showErrorMessage(`${file} is not retrained: this workspace is not trusted, so no model is run.`, manage)
    .then((answer) => answer === manage && vscode.commands.executeCommand('workbench.trust.manage'));
  return false;
}

/** Offers the panel again, which offers to resume. */
function sayItEnded(checkpoint: vscode.Uri): void {
  const open = 'Open Panel';
  const text = `The training of ${basename(checkpoint.fsPath)} stopped when its panel was closed. It can be resumed there.`;
  void vscode.window
    .showInformationMessage(text, open)
    .then((answer) => answer === open && vscode.commands.executeCommand('recurscope.analyzeCheckpoint', checkpoint));
}

const say = (text: string): void => void vscode.window.showInformationMessage(text);
