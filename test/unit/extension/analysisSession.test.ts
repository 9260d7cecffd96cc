import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnalysisReport } from '../../../src/core/report';
import { createSession } from '../../../src/extension/analysisSession';
import type { AnalysisSession } from '../../../src/extension/analysisSession';
import type { AnalysisRequest } from '../../../src/protocol/engineApi';
import type { EngineOptions } from '../../../src/protocol/engineProcess';
import type { PanelState } from '../../../src/protocol/panelApi';
import { RemoteError } from '../../../src/protocol/rpc';

const report = JSON.parse(
  readFileSync(join(__dirname, '../../fixtures/panel/report.json'), 'utf8'),
) as unknown as AnalysisReport;

/** A background process in the hands of the test. */
interface FakeEngine extends Omit<EngineOptions, 'program'> {
  request: AnalysisRequest | null;
  finish: (report: AnalysisReport) => void;
  fail: (error: Error) => void;
  saved: AnalysisReport | null;
  chosen: string | null;
  disposed: string | null;
}

describe('createSession', () => {
  let engines: FakeEngine[];
  let states: PanelState[];
  let logged: string;
  let trusted: boolean;
  let session: AnalysisSession;

  beforeEach(() => {
    engines = [];
    states = [];
    logged = '';
    trusted = true;
    session = createSession({
      checkpoint: '/models/a.onnx',
      isTrusted: () => trusted,
      show: (state) => void states.push(state),
      log: (text) => void (logged += text),
      startEngine: (options) => {
        const engine: FakeEngine = {
          ...options,
          request: null,
          finish: () => {},
          fail: () => {},
          saved: null,
          chosen: null,
          disposed: null,
        };
        engines.push(engine);
        return {
          api: {
            analyze: (request) =>
              new Promise((resolve, reject) => Object.assign(engine, { request, finish: resolve, fail: reject })),
            saveReport: (request) => {
              engine.saved = request.report;
              return Promise.resolve([`${request.checkpoint}.bounds.json`]);
            },
            question: () => Promise.resolve('{}'),
            retrain: () => Promise.reject(new Error('Nothing is trained here.')),
            pauseTraining: () => Promise.resolve(),
            endTraining: () => Promise.resolve(),
            trainingSettings: () => Promise.resolve({}),
            devices: () => Promise.resolve([]),
            cells: () => Promise.resolve([]),
            checkNetwork: () => Promise.resolve(null),
            newCheckpoint: ({ path }) => Promise.resolve(path),
            chooseData: (request) => {
              engine.chosen = request.data;
              return Promise.resolve(`${request.checkpoint}.recurscope.json`);
            },
            chooseReference: (request) => {
              engine.chosen = request.reference;
              return Promise.resolve(`${request.checkpoint}.recurscope.json`);
            },
          },
          dispose: (reason = '') => {
            engine.disposed = reason;
            engine.fail(new RemoteError(reason, null));
          },
        };
      },
    });
  });

  const kinds = () => states.map(({ kind }) => kind);
  const last = () => states[states.length - 1]!;

  it('shows that it analyzes before the process has said anything, then the phases, then the report', async () => {
    const done = session.analyze();
    assert.deepEqual(kinds(), ['analyzing']);
    engines[0]!.progress({ phase: 'Reading', report: null });
    engines[0]!.progress({ phase: 'Running', report });
    engines[0]!.progress({ phase: 'Bounding', report: null });
    assert.equal(last().report, report, 'what is known stays in view');
    engines[0]!.finish(report);
    assert.equal((await done).kind, 'ready');
    assert.deepEqual(kinds(), ['analyzing', 'analyzing', 'analyzing', 'analyzing', 'ready']);
    assert.equal(last().file, 'a.onnx');
  });

  it('asks for the model to be run only in a trusted workspace', async () => {
    trusted = false;
    const done = session.analyze();
    assert.equal(engines[0]!.request!.mayRun, false);
    engines[0]!.finish(report);
    assert.equal((await done).trusted, false);
    trusted = true;
    void session.analyze();
    assert.equal(engines[0]!.request!.mayRun, true);
  });

  it('says what happened when the process ends in the middle, and starts a fresh one on the next request', async () => {
    const done = session.analyze();
    engines[0]!.progress({ phase: 'Running', report });
    engines[0]!.ended!('The analysis process was killed.');
    engines[0]!.fail(new RemoteError('The analysis process was killed.', null));
    const state = await done;
    assert(state.kind === 'failed' && !state.cancelled && !state.complete);
    assert.equal(state.message, 'The analysis process was killed.');
    assert.equal(state.report, report);
    void session.analyze();
    assert.equal(engines.length, 2);
    assert.equal(last().kind, 'analyzing');
  });

  it('says it when the process ends after its work was done, keeps the report, and can still save it', async () => {
    const done = session.analyze();
    engines[0]!.finish(report);
    await done;
    engines[0]!.ended!('The analysis process was killed.');
    const state = last();
    assert(state.kind === 'failed' && state.complete);
    assert.deepEqual(await session.saveReport(), ['/models/a.onnx.bounds.json']);
    assert.equal(engines[1]!.saved, report);
  });

  it('kills the process when it is cancelled, and calls that no failure', async () => {
    const done = session.analyze();
    session.cancel();
    assert.notEqual(engines[0]!.disposed, null);
    const state = await done;
    assert(state.kind === 'failed' && state.cancelled);
    assert.equal(states.length, 2, 'the rejected call says nothing more');
  });

  it('does nothing when there is nothing to cancel', async () => {
    const done = session.analyze();
    engines[0]!.finish(report);
    await done;
    session.cancel();
    assert.equal(last().kind, 'ready');
    assert.equal(engines[0]!.disposed, null);
  });

  it('lets a newer analysis take the place of a running one', async () => {
    const first = session.analyze();
    const second = session.analyze();
    assert.notEqual(engines[0]!.disposed, null);
    engines[0]!.progress({ phase: 'a voice from the past', report: null });
    engines[1]!.finish(report);
    assert.equal((await second).kind, 'ready');
    await first;
    assert.equal(last().kind, 'ready');
  });

  it('keeps the details of a failure for the log', async () => {
    const done = session.analyze();
    engines[0]!.fail(new RemoteError('Recurscope failed: x.', 'at line 7'));
    const state = await done;
    assert(state.kind === 'failed');
    assert.equal(state.message, 'Recurscope failed: x.');
    assert.match(logged, /at line 7/);
  });

  it('saves nothing before the report is complete', async () => {
    void session.analyze();
    engines[0]!.progress({ phase: 'Running', report });
    await assert.rejects(session.saveReport(), /no complete report/);
    assert.equal(engines[0]!.saved, null);
  });

  it('names the data in the sidecar before it analyzes again', async () => {
    const done = session.chooseData('/models/x.npz');
    await Promise.resolve();
    assert.equal(engines[0]!.chosen, '/models/x.npz');
    await new Promise((resolve) => setTimeout(resolve, 0));
    engines[0]!.finish(report);
    assert.equal((await done).kind, 'ready');
  });

  it('names the reference in the sidecar, or none, before it analyzes again', async () => {
    for (const reference of ['/models/first.onnx', null]) {
      const done = session.chooseReference(reference);
      await new Promise((resolve) => setTimeout(resolve, 0));
      assert.equal(engines[0]!.chosen, reference);
      engines[0]!.finish(report);
      assert.equal((await done).kind, 'ready');
    }
  });

  it('asks for networks near the checkpoint beside those that it has, until it analyzes anew', async () => {
    const noise = { draws: 2000, seed: 1 };
    const asked = async (work: Promise<PanelState>) => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      engines[0]!.finish(report);
      await work;
      return engines[0]!.request!.nearby;
    };
    assert.equal(await asked(session.analyze()), null);
    assert.deepEqual(await asked(session.tryNearby({ noise })), { noise, quantise: false });
    assert.deepEqual(await asked(session.tryNearby({ quantise: true })), { noise, quantise: true });
    assert.equal(await asked(session.analyze()), null);
  });

  it('hands on what the bounds answer, with the complete report only', async () => {
    const done = session.analyze();
    engines[0]!.finish(report);
    const state = await done;
    assert.equal(state.kind === 'ready' && state.question, '{}');
    void session.analyze();
    session.cancel();
    const cancelled = session.state();
    assert.equal(cancelled.kind === 'failed' && cancelled.question, null);
  });

  it('does other work in its process, and leaves it to that work to say how the process ended', async () => {
    const done = session.analyze();
    engines[0]!.finish(report);
    await done;
    const work = session.inProcess(
      () => new Promise<void>((_, reject) => setTimeout(() => reject(new Error('It was killed.')), 5)),
    );
    engines[0]!.ended!('It was killed.');
    await assert.rejects(work, /It was killed/);
    assert.equal(last().kind, 'ready');
    assert.equal(engines.length, 1);
    await session.inProcess((api) => api.cells());
    assert.equal(engines.length, 2, 'the next work has a fresh process');
    session.endProcess('The training was cancelled.');
    assert.equal(engines[1]!.disposed, 'The training was cancelled.');
    assert.equal(last().kind, 'ready');
  });

  it('ends its process when it is disposed, and is silent from then on', () => {
    void session.analyze();
    session.dispose();
    assert.notEqual(engines[0]!.disposed, null);
    assert.deepEqual(kinds(), ['analyzing']);
  });
});
