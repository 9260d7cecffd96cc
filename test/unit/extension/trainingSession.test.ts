import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createTrainingSession, type TrainingSession } from '../../../src/extension/trainingSession';
import { trainingStore, type TrainingStore } from '../../../src/extension/trainingStore';
import type { EngineApi } from '../../../src/protocol/engineApi';
import type { PanelTraining } from '../../../src/protocol/panelTraining';
import type { RetrainRequest, RetrainResult, TrainingProgress } from '../../../src/protocol/trainingApi';

const result: RetrainResult = {
  ...{
    path: '/b.onnx',
    report: '/b.md',
    changes: [],
    history: [],
    ended: 'epochs',
    epoch: 2,
    heldOut: null,
    seconds: 3,
    device: 'cpu',
    notes: [],
  },
  ...{ before: {} as never, after: {} as never },
};
const step: TrainingProgress = {
  ...{ kind: 'step', epoch: 1, epochs: 2, batch: 1, batches: 2, loss: 0.5 },
  ...{ gradientNorm: 1, learningRate: 0.1 },
};

describe('createTrainingSession', () => {
  let folder: string;
  let store: TrainingStore;
  let session: TrainingSession;
  let shown: PanelTraining[];
  let asked: RetrainRequest[];
  let said: string[];
  let finish: (result: RetrainResult) => void;
  let fail: (error: Error) => void;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'recurscope-training-'));
    [shown, asked, said] = [[], [], []];
    session = create();
  });
  afterEach(() => {
    session.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  function create(): TrainingSession {
    store = trainingStore(folder, '/models/a.onnx');
    const api = {
      retrain: (request: RetrainRequest) => {
        asked.push(request);
        return new Promise<RetrainResult>((resolve, reject) => ([finish, fail] = [resolve, reject]));
      },
      pauseTraining: (isPaused: boolean) => Promise.resolve(void said.push(isPaused ? 'pause' : 'go on')),
      endTraining: () => Promise.resolve(void said.push('end')),
    } as unknown as EngineApi;
    return createTrainingSession({
      ...{ checkpoint: '/models/a.onnx', store, threads: 2, betweenShows: 1 },
      inProcess: (work) => work(api),
      endProcess: (reason) => {
        said.push('kill');
        fail(new Error(reason));
      },
      show: (training) => void shown.push(training),
    });
  }

  /** What the process would have written. */
  function writeSnapshot(): void {
    mkdirSync(dirname(store.snapshot), { recursive: true });
    writeFileSync(store.snapshot, 'x');
  }
  const last = () => session.state().runs.at(-1)!;
  const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

  it('trains to the end, in the folder of the workspace, and has a result', async () => {
    const done = session.start({ epochs: 2 });
    assert.equal(session.isUnderWay(), true);
    await soon();
    const [request] = asked;
    assert.deepEqual(
      [request?.checkpoint, request?.settings, request?.resume, request?.snapshotSeconds, request?.threads],
      ['/models/a.onnx', { epochs: 2 }, false, 20, 2],
    );
    assert.ok(request?.snapshot.startsWith(folder));
    session.hear(step);
    await soon();
    assert.equal(shown.at(-1)!.runs[0]!.position?.loss, 0.5);
    finish(result);
    assert.equal((await done)?.result?.path, '/b.onnx');
    assert.deepEqual([session.isUnderWay(), last().status, shown.at(-1)!.isResumable], [false, 'ended', false]);
  });

  it('starts no second training beside the first', async () => {
    void session.start({});
    assert.equal(await session.start({}), null);
    assert.equal(await session.resume(), null);
    assert.equal(session.state().runs.length, 1);
  });

  it('pauses and goes on, and ends early with the best epoch', async () => {
    void session.start({});
    await soon();
    await session.pause(true);
    assert.equal(last().status, 'paused');
    await session.pause(false);
    assert.equal(last().status, 'running');
    await session.keepBest();
    assert.deepEqual(said, ['pause', 'go on', 'end']);
  });

  it('kills the process when it is cancelled, and then goes on from where it was written down', async () => {
    const done = session.start({ epochs: 2, constraints: ['pull=1'] });
    await soon();
    session.hear(step);
    writeSnapshot();
    await session.cancel();
    assert.deepEqual(said, ['kill']);
    assert.equal((await done)?.status, 'stopped');
    assert.equal(session.state().isResumable, true);
    const resumed = session.resume();
    await soon();
    assert.deepEqual([asked[1]?.resume, asked[1]?.settings], [true, { epochs: 2, constraints: ['pull=1'] }]);
    assert.equal(session.state().isResumable, false, 'it is under way');
    assert.equal(last().steps.length, 1, 'what is known stays in view');
    finish(result);
    assert.equal((await resumed)?.status, 'ended');
    assert.equal(session.state().runs.length, 1, 'it is the same run');
  });

  it('cannot go on from a training of which nothing was written down', async () => {
    void session.start({});
    await soon();
    await session.cancel();
    assert.equal(session.state().isResumable, false);
  });

  it('says why a training failed', async () => {
    const done = session.start({});
    await soon();
    fail(new Error('The analysis process was killed.'));
    const run = await done;
    assert.deepEqual([run?.status, run?.phase], ['failed', 'The analysis process was killed.']);
  });

  it('knows its runs again after the window was reloaded, and that the last one was stopped', async () => {
    void session.start({ epochs: 5 });
    await soon();
    session.hear(step);
    writeSnapshot();
    // Nobody tells an extension that the window is reloaded: what it has not written by now is lost.
    await soon();
    session = create();
    await session.restore();
    const { runs, isResumable } = session.state();
    assert.deepEqual([runs.length, runs[0]!.status, isResumable], [1, 'stopped', true]);
    assert.deepEqual(runs[0]!.steps, [{ at: 0.5, loss: 0.5 }]);
    void session.resume();
    await soon();
    assert.deepEqual([asked[1]?.resume, asked[1]?.settings], [true, { epochs: 5 }]);
  });

  it('forgets the snapshot of an older training when a new one begins', async () => {
    void session.start({});
    await soon();
    writeSnapshot();
    await session.cancel();
    void session.start({});
    await soon();
    await session.cancel();
    assert.deepEqual([session.state().isResumable, session.state().runs.map(({ number }) => number)], [false, [1, 2]]);
  });

  it('takes runs that another version wrote for none', async () => {
    mkdirSync(dirname(store.snapshot), { recursive: true });
    for (const text of ['{"form":"other","runs":[{}]}', '{"form":']) {
      writeFileSync(store.snapshot.replace(/training$/, 'json'), text);
      await session.restore();
      assert.deepEqual(session.state().runs, []);
    }
  });
});
