import { parentPort, workerData } from 'node:worker_threads';
import { openNetworkTrial } from './networkTrial';
import type { TrialMargins, TrialSetup, TrialTask } from './trialSetup';

// One thread of `openThreads`: tries the networks it is told to, one after the other.

const { setup, own } = workerData as { readonly setup: TrialSetup; readonly own: TrialMargins };
const trial = openNetworkTrial(setup, own);

parentPort!.on('message', (task: TrialTask) => {
  trial
    .then((opened) => opened.run(task))
    .then(
      (result) => parentPort!.postMessage({ result }),
      (error: unknown) => parentPort!.postMessage({ failure: error instanceof Error ? error.message : String(error) }),
    );
});
