import { gate } from './gate';

/** What whoever watches a training wants of it; it is asked between two steps. */
export interface TrainingControl {
  /** For a new training: it goes on, and nothing that was wanted of the last one counts. */
  begin(): void;
  pause(isPaused: boolean): void;
  /** The training is to end as soon as an epoch is there to keep. */
  end(): void;
  isPaused(): boolean;
  isToEnd(): boolean;
  /** Resolves when the training may go on: at once, unless it is paused. */
  mayGoOn(): Promise<void>;
}

export function trainingControl(): TrainingControl {
  const { open, close, passed } = gate();
  let [isPaused, isToEnd] = [false, false];
  const pause = (paused: boolean): void => {
    isPaused = paused;
    if (paused) close();
    else open();
  };
  return {
    begin() {
      isToEnd = false;
      pause(false);
    },
    pause,
    end() {
      isToEnd = true;
      pause(false);
    },
    isPaused: () => isPaused,
    isToEnd: () => isToEnd,
    mayGoOn: passed,
  };
}
