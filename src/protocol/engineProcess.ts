import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { EngineApi, EngineEvents, Progress } from './engineApi';
import type { TrainingProgress } from './trainingApi';
import { connect } from './rpc';

/** A running background process. */
export interface Engine {
  readonly api: EngineApi;
  /** Kills the process at once; waiting calls reject with this reason. */
  dispose(reason?: string): void;
}

export interface EngineOptions {
  /** Absolute path of the engine's program; by default the one built beside the program that asks. */
  readonly program?: string;
  readonly progress: (progress: Progress) => void;
  /** What a training tells; by default nobody listens. */
  readonly training?: (progress: TrainingProgress) => void;
  /** Whatever the process prints: messages of the native runtimes. */
  readonly log: (text: string) => void;
  /** The process has ended without being asked to; the next request needs a new one. */
  readonly ended?: (cause: string) => void;
}

/** How much of the printed output is kept to explain a crash, in characters. */
const KEPT_OUTPUT = 4000;

/**
 * Starts the background process, in which files are read and models run. It lives outside the extension host because
 * native runtimes can crash on malformed models, and because a process can be killed at any moment.
 */
export function startEngine({ program, progress, training = () => {}, log, ended }: EngineOptions): Engine {
  const child = fork(program ?? join(__dirname, 'engine.js'), [], {
    // A debugger of the parent holds its port: the child must not ask for the same one.
    execArgv: [],
    env: {
      ...process.env,
      // onnxruntime keeps an event database and logs of its own otherwise; nothing is to leave the user's files.
      ORT_DISABLE_TELEMETRY: '1',
      // Inside desktop VS Code the executable is Electron, and this makes it a plain Node.
      ...(process.versions['electron'] && { ELECTRON_RUN_AS_NODE: '1' }),
    },
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT);
      log(text);
    });
  }
  const events: EngineEvents = { progress, training };
  const peer = connect<EngineApi, EngineEvents>(
    {
      // A failure to send means that the process is ending: its exit rejects the call with the cause.
      send: (message) => void child.send(message, () => {}),
      listen: (receive) => void child.on('message', receive),
    },
    events,
  );
  let disposed = false;
  const end = (reason: string) => {
    peer.close(reason);
    if (!disposed) ended?.(reason);
  };
  child.once('error', (error) => end(`The analysis process could not be started: ${error.message}.`));
  // `close` comes after the last of the output, which may say why.
  child.once('close', (code, signal) => end(causeOfDeath(code, signal, output)));
  return {
    api: {
      analyze: (request) => peer.call('analyze', request),
      question: () => peer.call('question'),
      retrain: (request) => peer.call('retrain', request),
      pauseTraining: (isPaused) => peer.call('pauseTraining', isPaused),
      endTraining: () => peer.call('endTraining'),
      trainingSettings: (path) => peer.call('trainingSettings', path),
      saveReport: (request) => peer.call('saveReport', request),
      devices: () => peer.call('devices'),
      cells: () => peer.call('cells'),
      checkNetwork: (network) => peer.call('checkNetwork', network),
      newCheckpoint: (request) => peer.call('newCheckpoint', request),
      chooseData: (request) => peer.call('chooseData', request),
      chooseReference: (request) => peer.call('chooseReference', request),
    },
    dispose: (reason = 'The analysis process was stopped.') => {
      disposed = true;
      peer.close(reason);
      kill(child);
    },
  };
}

/** SIGKILL, because a process deep in native code does not hear anything milder. */
function kill(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

function causeOfDeath(code: number | null, signal: NodeJS.Signals | null, output: string): string {
  if (/heap out of memory|bad_alloc|Cannot allocate memory/i.test(output)) {
    return 'The analysis process ran out of memory and ended. Try a smaller data file, or fewer sequences.';
  }
  if (signal === 'SIGKILL') {
    return 'The analysis process was killed. If you did not do that, the machine may have run out of memory.';
  }
  const how = signal ? `signal ${signal}` : `exit code ${code}`;
  return `The analysis process ended unexpectedly (${how}). The output channel “Recurscope” has the details.`;
}
