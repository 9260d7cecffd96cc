import type { TrainingSettings } from '../core/training/trainingSettings';
import type { EngineApi } from '../protocol/engineApi';
import type { PanelTraining, TrainingRun } from '../protocol/panelTraining';
import type { TrainingProgress } from '../protocol/trainingApi';
import { endedRun, newRun, withProgress } from './trainingRun';
import type { TrainingStore } from './trainingStore';

/** The trainings of one checkpoint, one at a time, in the process of its panel. */
export interface TrainingSession {
  state(): PanelTraining;
  isUnderWay(): boolean;
  /** Fetches the runs of earlier times. */
  restore(): Promise<void>;
  /** Trains to the end; answers the run as it then is, and never rejects. Nothing happens while another is under way. */
  start(settings: TrainingSettings): Promise<TrainingRun | null>;
  /** Goes on with the last run from where it was written down. */
  resume(): Promise<TrainingRun | null>;
  pause(isPaused: boolean): Promise<void>;
  /** Ends the run under way with its best epoch. */
  keepBest(): Promise<void>;
  /** Stops the run under way at once, by killing its process; what was written down stays. */
  cancel(): Promise<void>;
  /** What the process tells. */
  hear(progress: TrainingProgress): void;
  dispose(): void;
}

export interface TrainingSessionOptions {
  /** Absolute path. */
  readonly checkpoint: string;
  /** The process that trains, and how it is ended. */
  readonly inProcess: <T>(work: (api: EngineApi) => Promise<T>) => Promise<T>;
  readonly endProcess: (reason: string) => void;
  readonly store: TrainingStore;
  readonly threads: number;
  /** Called with the whole state when it has changed, but not more often than it can be looked at. */
  readonly show: (training: PanelTraining) => void;
  /** Milliseconds between two calls of `show` while steps come in. */
  readonly betweenShows?: number;
}

/** After how many seconds a training is written down again. */
const snapshotSeconds = 20;

/** How often the plots are kept while a training is under way, in milliseconds: sooner than its snapshots. */
const betweenSaves = 5000;

/** Runs that are kept for comparison. */
const mostRuns = 6;

/** A session without runs. It knows nothing of VS Code. */
export function createTrainingSession(options: TrainingSessionOptions): TrainingSession {
  const { checkpoint, inProcess, endProcess, store, threads, show, betweenShows = 500 } = options;
  let runs: readonly TrainingRun[] = [];
  let hasSnapshot = false;
  /** The run under way; a cancellation or the end of the session takes it away. */
  let current: object | null = null;
  let showing: NodeJS.Timeout | null = null;
  let saved = 0;

  const last = (): TrainingRun | undefined => runs.at(-1);
  const state = (): PanelTraining => ({ runs, isResumable: hasSnapshot && current === null && isHalted(last()) });

  function change(next: TrainingRun): void {
    runs = [...runs.slice(0, -1), next];
  }

  function showNow(): void {
    if (showing) clearTimeout(showing);
    showing = null;
    show(state());
  }

  /** Shows and keeps what will stay for a while. */
  async function settle(): Promise<void> {
    const found = await store.hasSnapshot();
    if (!current) hasSnapshot = found;
    showNow();
    await store.save(runs);
  }

  async function go(resume: boolean): Promise<TrainingRun> {
    const mine = (current = {});
    hasSnapshot = false;
    showNow();
    const { settings } = last()!;
    try {
      const { snapshot } = store;
      if (!resume) await store.removeSnapshot();
      const result = await inProcess((api) =>
        api.retrain({
          ...{ checkpoint, data: null, config: null, reference: null, out: null },
          ...{ settings, threads, snapshot, snapshotSeconds, resume },
        }),
      );
      if (current === mine) change(endedRun(last()!, result));
    } catch (error) {
      const phase = error instanceof Error ? error.message : String(error);
      if (current === mine) change({ ...last()!, status: 'failed', phase });
    }
    if (current === mine) {
      current = null;
      await settle();
    }
    return last()!;
  }

  return {
    state,
    isUnderWay: () => current !== null,
    async restore() {
      const kept = await store.load();
      const found = await store.hasSnapshot();
      if (current || runs.length > 0) return;
      runs = kept.map((run) => (isHalted(run) || run.status === 'ended' ? run : stopped(run)));
      hasSnapshot = found;
      showNow();
    },
    async start(settings) {
      if (current) return null;
      runs = [...runs.slice(1 - mostRuns), newRun((last()?.number ?? 0) + 1, settings)];
      return await go(false);
    },
    async resume() {
      const run = last();
      if (current || !run || !isHalted(run)) return null;
      change({ ...run, status: 'running', phase: 'Starting' });
      return await go(true);
    },
    async pause(isPaused) {
      const mine = current;
      if (!mine) return;
      await inProcess((api) => api.pauseTraining(isPaused));
      if (current !== mine) return;
      change({ ...last()!, status: isPaused ? 'paused' : 'running' });
      await settle();
    },
    async keepBest() {
      const mine = current;
      if (!mine) return;
      await inProcess((api) => api.endTraining());
      if (current !== mine) return;
      change({ ...last()!, status: 'running', phase: 'Ending with the best epoch' });
      showNow();
    },
    async cancel() {
      if (!current) return;
      current = null;
      change(stopped(last()!));
      endProcess('The training was cancelled.');
      await settle();
    },
    hear(progress) {
      if (!current) return;
      change(withProgress(last()!, progress));
      showing ??= setTimeout(showNow, betweenShows);
      if (Date.now() - saved < betweenSaves) return;
      saved = Date.now();
      void store.save(runs);
    },
    dispose() {
      if (showing) clearTimeout(showing);
      if (current) void store.save([...runs.slice(0, -1), stopped(last()!)]);
      current = null;
    },
  };
}

/** Whether a run is neither under way nor at its end. */
const isHalted = (run: TrainingRun | undefined): boolean => run?.status === 'stopped' || run?.status === 'failed';

const stopped = (run: TrainingRun): TrainingRun => ({ ...run, status: 'stopped', phase: 'Stopped' });
