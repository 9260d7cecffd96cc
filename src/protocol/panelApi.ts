import type { PortableQuestion } from '../core/bounds/portableQuestion';
import type { AnalysisReport } from '../core/report';
import type { PanelTraining } from './panelTraining';

/**
 * Everything a panel shows of the analysis. It always receives its whole state, never a change, so that a panel that was
 * hidden, moved or reloaded needs one message to be right again. What it shows of trainings comes by itself, because that
 * changes often and the analysis is large.
 */
export type PanelState = {
  /** Absolute path of the checkpoint, kept by the panel so that it can be restored after a reload of the window. */
  readonly checkpoint: string;
  /** Its base name. */
  readonly file: string;
  /** Whether the workspace is trusted: in one that is not, the file is measured and the model is not run. */
  readonly trusted: boolean;
} & (
  | { readonly kind: 'analyzing'; readonly phase: string; readonly report: AnalysisReport | null }
  | {
      readonly kind: 'ready';
      readonly report: AnalysisReport;
      /** What the bounds of the report answer, to ask it again with other numbers; null: the model was not run. */
      readonly question: PortableQuestion | null;
    }
  | {
      readonly kind: 'failed';
      /** What happened, for people, and what to do about it. */
      readonly message: string;
      /** True when the user stopped the analysis: nothing went wrong. */
      readonly cancelled: boolean;
      /** What was known when it happened. */
      readonly report: AnalysisReport | null;
      readonly question: PortableQuestion | null;
      /** Whether that report is the whole one: the process ended after its work was done. */
      readonly complete: boolean;
    }
);

/** What the extension tells a panel. */
export interface PanelEvents {
  show(state: PanelState): void;
  showTraining(training: PanelTraining): void;
}

/** What a panel asks of the extension. */
export interface PanelApi {
  /** The panel is drawn and waits for its state. */
  ready(): void;
  retry(): void;
  cancel(): void;
  saveReport(): void;
  chooseData(): void;
  /** Asks for the checkpoint that the training started from. */
  chooseReference(): void;
  clearReference(): void;
  /** Asks how many draws of noise to run, and runs them. */
  measureWithNoise(): void;
  tryQuantisation(): void;
  /** Asks how to retrain the checkpoint, and does it. */
  retrain(): void;
  pauseTraining(): void;
  /** Stops the training under way at once. */
  cancelTraining(): void;
  /** Ends the training under way with its best epoch. */
  keepBest(): void;
  /** Goes on with a training that is paused or came to a halt. */
  resumeTraining(): void;
  /** Opens what the run with this number wrote: the new checkpoint in a panel of its own, or the document beside it. */
  openRetrained(run: number): void;
  openRetrainReport(run: number): void;
  manageTrust(): void;
  showDetails(): void;
  /** Puts text on the clipboard. */
  copy(text: string): void;
}
