import { basename } from 'node:path';
import type { AnalysisReport } from '../core/report';
import type { EngineApi, NearbyRequest } from '../protocol/engineApi';
import type { Engine, EngineOptions } from '../protocol/engineProcess';
import type { PanelState } from '../protocol/panelApi';
import type { TrainingProgress } from '../protocol/trainingApi';

/** The analysis of one checkpoint: owns one background process and says at any moment how things stand. */
export interface AnalysisSession {
  state(): PanelState;
  /** Analyzes from the beginning, in a fresh process if one is busy or gone; answers how it ended, and never rejects. */
  analyze(): Promise<PanelState>;
  /** Stops a running analysis at once, by killing its process. */
  cancel(): void;
  /** Writes the report beside the checkpoint; answers the paths. */
  saveReport(): Promise<readonly string[]>;
  /** Names the data file in the sidecar, and analyzes again. */
  chooseData(data: string): Promise<PanelState>;
  /** Names the checkpoint that the training started from in the sidecar, or none, and analyzes again. */
  chooseReference(reference: string | null): Promise<PanelState>;
  /** Analyzes again, with networks near the checkpoint beside those that were asked for before. */
  tryNearby(more: Partial<NearbyRequest>): Promise<PanelState>;
  /** Does other work in the process of this session; its failures are its own. */
  inProcess<T>(work: (api: EngineApi) => Promise<T>): Promise<T>;
  /** Ends the process and the other work in it; the next work starts a fresh one. */
  endProcess(reason: string): void;
  dispose(): void;
}

export interface SessionOptions {
  /** Absolute path. */
  readonly checkpoint: string;
  readonly startEngine: (options: Omit<EngineOptions, 'program'>) => Engine;
  readonly isTrusted: () => boolean;
  /** Called with the whole state whenever it changes. */
  readonly show: (state: PanelState) => void;
  /** What a training in the process of this session tells. */
  readonly training?: (progress: TrainingProgress) => void;
  readonly log: (text: string) => void;
}

// A union keeps its members apart when a part of it is left out.
type Situation<State = PanelState> = State extends PanelState ? Omit<State, 'checkpoint' | 'file' | 'trusted'> : never;

/** A session that waits for `analyze`. It knows nothing of VS Code. */
export function createSession({
  checkpoint,
  startEngine,
  isTrusted,
  show,
  training = () => {},
  log,
}: SessionOptions): AnalysisSession {
  const file = basename(checkpoint);
  let engine: Engine | null = null;
  /** The running analysis; a newer one, a cancellation or the end of the session takes its place. */
  let current: object | null = null;
  let state: PanelState = identified({ kind: 'analyzing', phase: 'Waiting', report: null });
  /** The networks near the checkpoint that the last analysis was asked for. */
  let nearby: NearbyRequest | null = null;
  /** How much other work is under way in the process. */
  let others = 0;

  function identified(situation: Situation): PanelState {
    return { ...situation, checkpoint, file, trusted: isTrusted() };
  }

  function change(situation: Situation): PanelState {
    state = identified(situation);
    show(state);
    return state;
  }

  function living(): Engine {
    engine ??= startEngine({
      progress: ({ phase, report }) => {
        if (current) change({ kind: 'analyzing', phase, report: report ?? state.report });
      },
      training,
      log,
      ended: (cause) => {
        engine = null;
        log(`${cause}\n`);
        // Running work is rejected with the cause; a finished analysis has nobody else to say it.
        if (!current && others === 0 && state.kind === 'ready') {
          const { report, question } = state;
          change({ kind: 'failed', message: cause, cancelled: false, report, question, complete: true });
        }
      },
    });
    return engine;
  }

  function stop(reason: string): void {
    current = null;
    engine?.dispose(reason);
    engine = null;
  }

  async function analyze(asked: NearbyRequest | null, known: AnalysisReport | null): Promise<PanelState> {
    if (current) stop('A new analysis has taken the place of this one.');
    const mine = (current = {});
    nearby = asked;
    change({ kind: 'analyzing', phase: 'Starting', report: known });
    try {
      const { api } = living();
      const report = await api.analyze({ checkpoint, data: null, config: null, nearby, mayRun: isTrusted() });
      const question = await api.question();
      if (current !== mine) return state;
      current = null;
      return change({ kind: 'ready', report, question });
    } catch (error) {
      if (current !== mine) return state;
      current = null;
      return change({
        kind: 'failed',
        message: explain(error),
        cancelled: false,
        report: state.report,
        question: null,
        complete: false,
      });
    }
  }

  function explain(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    log(`${error.message}\n`);
    if ('details' in error && typeof error.details === 'string') log(`${error.details}\n`);
    return error.message;
  }

  return {
    state: () => state,
    analyze: () => analyze(null, null),
    cancel() {
      if (!current) return;
      stop('The analysis was cancelled.');
      const { report } = state;
      change({ kind: 'failed', message: 'Cancelled.', cancelled: true, report, question: null, complete: false });
    },
    async saveReport() {
      const report = completeReport(state);
      if (!report) throw new Error('There is no complete report to save yet.');
      return await living().api.saveReport({ checkpoint, report });
    },
    async chooseData(data) {
      if (current) stop('Other data were chosen.');
      await living().api.chooseData({ checkpoint, data });
      return await analyze(null, null);
    },
    async chooseReference(reference) {
      if (current) stop('Another reference was chosen.');
      await living().api.chooseReference({ checkpoint, reference });
      return await analyze(null, null);
    },
    tryNearby: (more) => analyze({ noise: null, quantise: false, ...nearby, ...more }, state.report),
    async inProcess(work) {
      others++;
      try {
        return await work(living().api);
      } finally {
        others--;
      }
    },
    endProcess: stop,
    dispose: () => stop('The panel was closed.'),
  };
}

function completeReport(state: PanelState): AnalysisReport | null {
  return state.kind === 'ready' || (state.kind === 'failed' && state.complete) ? state.report : null;
}
