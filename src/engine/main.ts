import { toPortable } from '../core/bounds/portableQuestion';
import { Problem } from '../core/problem';
import { sidecarPath, writePathIntoSidecar } from '../formats/sidecar';
import { readTrainingSettings } from '../formats/trainingSettings';
import type { EngineApi, EngineEvents } from '../protocol/engineApi';
import { connect, RemoteError } from '../protocol/rpc';
import { newCheckpoint } from '../runtime/newCheckpoint';
import { requireNewFile, writeNewFile } from '../runtime/newCheckpointFile';
import { listDevices } from '../runtime/training/devices';
import { analyzeCheckpoint, type Findings } from './analyzeCheckpoint';
import { calmProgress } from './calmProgress';
import { calmTraining } from './calmTraining';
import { checkNetwork } from './checkNetwork';
import { listCells } from './listCells';
import { retrainCheckpoint } from './retrainCheckpoint';
import { saveNetworks } from './saveNetworks';
import { saveReport } from './saveReport';
import { trainingControl } from './trainingControl';

// The background process: whatever the extension or the command line asks for is read, run and computed here.

/** What the last analysis has found besides its report. */
let last: Findings | null = null;

const control = trainingControl();

const api: EngineApi = {
  analyze: (request) => {
    last = null;
    return explained(() =>
      analyzeCheckpoint(
        request,
        calmProgress((progress) => parent.tell('progress', progress)),
        (findings) => (last = findings),
      ),
    );
  },
  question: () => explained(() => last && toPortable(last.question)),
  saveReport: ({ checkpoint, report }) =>
    explained(async () => {
      const files = await saveReport(checkpoint, report);
      return last === null ? files : [...files, ...(await saveNetworks(checkpoint, report, last))];
    }),
  retrain: (request) =>
    explained(() => {
      control.begin();
      return retrainCheckpoint(request, {
        tell: calmTraining((progress) => parent.tell('training', progress)),
        control,
        now: () => performance.now() / 1000,
      });
    }),
  pauseTraining: (isPaused) => explained(() => control.pause(isPaused)),
  endTraining: () => explained(() => control.end()),
  trainingSettings: (path) => explained(() => readTrainingSettings(path)),
  devices: () => explained(listDevices),
  cells: () => explained(listCells),
  checkNetwork: (network) => explained(() => checkNetwork(network)),
  newCheckpoint: ({ path, temporary, network }) =>
    explained(async () => {
      await requireNewFile(path);
      await writeNewFile(path, newCheckpoint(network).bytes, temporary);
      return path;
    }),
  chooseReference: ({ checkpoint, reference }) =>
    explained(async () => {
      await writePathIntoSidecar(checkpoint, 'reference', reference);
      return sidecarPath(checkpoint);
    }),
  chooseData: ({ checkpoint, data }) =>
    explained(async () => {
      await writePathIntoSidecar(checkpoint, 'data', data);
      return sidecarPath(checkpoint);
    }),
};

const parent = connect<EngineEvents, EngineApi>(
  {
    // A parent that is gone needs no answer: `disconnect` below ends this process.
    send: (message) => void process.send?.(message, () => {}),
    listen: (receive) => void process.on('message', receive),
  },
  api,
);

process.on('disconnect', () => process.exit(0));

/** A Problem is for the user as it stands; anything else is a bug of this program, and says so. */
async function explained<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) throw new RemoteError(error.message, null);
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    throw new RemoteError(
      `Recurscope failed: ${message}. This is a bug of Recurscope; please report it.`,
      stack ?? null,
    );
  }
}
