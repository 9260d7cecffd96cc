import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TrialMargins, TrialResult, Trials, TrialSetup, TrialTask } from './trialSetup';

interface Waiting {
  readonly task: TrialTask;
  readonly resolve: (result: TrialResult) => void;
  readonly reject: (error: Error) => void;
}

/** What a thread answers. */
type Answer = { readonly result: TrialResult } | { readonly failure: string };

/** What a thread is told when it starts. */
export interface ThreadSetup {
  readonly setup: TrialSetup;
  /** The margins of the checkpoint itself. */
  readonly own: TrialMargins;
}

const openWorker = (workerData: ThreadSetup): Worker => new Worker(join(__dirname, 'trialWorker.js'), { workerData });

/**
 * Threads that try networks, each one at a time. They are threads of this process, so that whoever ends it ends them.
 *
 * @param open how a thread is started; by default with the program beside this one.
 */
export function openThreads(setup: ThreadSetup, count: number, open = openWorker): Trials {
  const queue: Waiting[] = [];
  const idle: Worker[] = [];
  const busy = new Map<Worker, Waiting>();
  let broken: Error | null = null;

  const give = (): void => {
    while (queue.length > 0 && idle.length > 0) {
      const worker = idle.pop()!;
      const next = queue.shift()!;
      busy.set(worker, next);
      worker.postMessage(next.task);
    }
  };
  const fail = (error: Error): void => {
    broken ??= error;
    for (const waiting of [...busy.values(), ...queue.splice(0)]) waiting.reject(broken);
    busy.clear();
  };
  const workers = Array.from({ length: count }, () => {
    const worker = open(setup);
    worker.on('message', (answer: Answer) => {
      const waiting = busy.get(worker);
      busy.delete(worker);
      idle.push(worker);
      if ('result' in answer) waiting?.resolve(answer.result);
      else waiting?.reject(new Error(answer.failure));
      give();
    });
    worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
    return worker;
  });
  idle.push(...workers);

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        queue.push({ task, resolve, reject });
        give();
      }),
    async dispose() {
      fail(new Error('The runs were stopped.'));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
