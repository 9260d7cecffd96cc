/**
 * One training step (forward, back, Adam) of our generated graphs against PyTorch on the same weights and the same batch.
 *
 *     npm run bench -- train        (PyTorch's Python from PYTHON, otherwise python3)
 *
 * Softmax cross-entropy at every step, float32, Adam. The loss and all gradients are compared first. Both take turns, step by
 * step; medians after three that warm up. `form` says how the graph runs over time.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cellNamed, type CellName } from '../src/core/cells/cells';
import { initialNetwork } from '../src/core/cells/initialNetwork';
import type { Network } from '../src/core/cells/network';
import { seededRandom } from '../src/core/linalg/seededRandom';
import { clipGradients } from '../src/core/training/gradientClipping';
import { optimizerState, optimizerStep } from '../src/core/training/optimizer';
import type { TrainingData } from '../src/core/training/trainingData';
import { defaultTraining } from '../src/core/training/trainingOptions';
import { batchFeeds } from '../src/runtime/training/batch';
import { createTrainingStep } from '../src/runtime/training/trainingStep';

const turns = 21;
const classes = 64;
const cells = { vanilla: 'vanilla', gru: 'gru-reset-after', lstm: 'lstm' } as const satisfies Record<string, CellName>;
const sizes = [
  { inputs: 64, hidden: 256, steps: 64, batch: 32, most: 1.2 },
  { inputs: 64, hidden: 32, steps: 100, batch: 8, most: 0.5 },
];

interface Case {
  readonly kind: keyof typeof cells;
  readonly inputs: number;
  readonly hidden: number;
  readonly steps: number;
  readonly batch: number;
  readonly threads: number;
}

const networkOf = ({ kind, inputs, hidden }: Case): Network => ({
  inputSize: inputs,
  layers: [
    {
      ...{ name: 'layer1', cell: cellNamed(cells[kind]), inputSize: inputs, hiddenSize: hidden },
      ...{ direction: 'forward', reads: 'input', residual: false },
    },
  ],
  readout: { layers: [0], steps: 'every', outputs: classes, bias: true },
});

function dataOf({ inputs, steps, batch }: Case): TrainingData {
  const { normal, uniform } = seededRandom(1);
  return {
    width: inputs,
    inputs: Array.from({ length: batch }, () => Float32Array.from({ length: steps * inputs }, normal)),
    lengths: new Int32Array(batch).fill(steps),
    targets: {
      ...{ kind: 'labels', everyStep: true },
      values: Array.from({ length: batch }, () =>
        Int32Array.from({ length: steps }, () => Math.floor(uniform(0, classes))),
      ),
    },
  };
}

function openPeer() {
  const python = process.env['PYTHON'] ?? 'python3';
  const child = spawn(python, [fileURLToPath(new URL('peers/torchTraining.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (!done) return value;
    throw new Error(`The peer does not answer: ${python} must be a Python 3 with torch (Debian: python3-torch).`);
  };
  return {
    read,
    ask: async (question: string): Promise<string> => {
      child.stdin.write(`${question}\n`);
      return await read();
    },
    close: () => child.stdin.end(),
  };
}

const bytesOf = (values: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

async function measured(peer: ReturnType<typeof openPeer>, given: Case) {
  const folder = mkdtempSync(join(tmpdir(), 'train-'));
  try {
    const network = networkOf(given);
    const begun = performance.now();
    const step = await createTrainingStep(network, {
      ...{ loss: 'crossEntropy', targets: 'labels', carriesStates: false, threads: given.threads },
    });
    const initial = initialNetwork(network, 1);
    const weights = step.weights.map(({ name }) => Float32Array.from(initial.get(name)!));
    const feeds = batchFeeds(
      dataOf(given),
      Array.from({ length: given.batch }, (_, k) => k),
      { from: 0, to: given.steps },
    );
    const first = await step.run(weights, feeds);
    const start = performance.now() - begun;
    for (const [k, { name }] of step.weights.entries())
      writeFileSync(join(folder, `${name}.bin`), bytesOf(weights[k]!));
    for (const name of ['X', 'Y']) writeFileSync(join(folder, `${name}.bin`), bytesOf(feeds.feeds[name]!.data as Float32Array)); // prettier-ignore
    const { kind, inputs, hidden, steps, batch, threads } = given;
    const answer = await peer.ask(['case', kind, inputs, hidden, steps, batch, classes, threads, folder].join(' '));
    const loss = Number(answer.split(' ')[1]);
    let [error, scale] = [Math.abs(loss - first.loss) / loss, 0];
    for (const [k, { name }] of step.weights.entries()) {
      const theirs = new Float32Array(Uint8Array.from(readFileSync(join(folder, `d ${name}.bin`))).buffer);
      for (const value of theirs) scale = Math.max(scale, Math.abs(value));
      for (let j = 0; j < theirs.length; j++) error = Math.max(error, Math.abs(theirs[j]! - first.gradients[k]![j]!));
    }
    if (!(error < 1e-4 * Math.max(1, scale))) throw new Error(`${kind}: the gradients differ by ${error}.`);
    const { optimizer } = defaultTraining;
    const state = optimizerState(
      optimizer.kind,
      weights.map(({ length }) => length),
    );
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < turns + 3; turn++) {
      const from = performance.now();
      const { gradients } = await step.run(weights, feeds);
      clipGradients(gradients, null);
      optimizerStep(optimizer, state, 1e-3, weights, gradients);
      ours.push(performance.now() - from);
      theirs.push(Number(await peer.ask('step')));
    }
    await step.dispose();
    return { ours: median(ours.slice(3)), theirs: median(theirs.slice(3)), error, start };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const peer = openPeer();
  console.log(await peer.read());
  console.log(
    '| cell | hidden | steps | batch | threads | PyTorch, ms | ours, ms | ratio | aim | gradients differ by | to the first step, ms |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|');
  for (const { most, ...size } of sizes) {
    for (const kind of ['lstm', 'gru', 'vanilla'] as const) {
      for (const threads of [1, 2]) {
        const { ours, theirs, error, start } = await measured(peer, { kind, ...size, threads });
        const ratio = ours / theirs;
        const aim = `≤ ${most}${ratio > most ? ', missed' : ''}`;
        const numbers = [
          theirs.toFixed(1),
          ours.toFixed(1),
          ratio.toFixed(2),
          aim,
          error.toExponential(0),
          start.toFixed(0),
        ];
        console.log(`| ${[kind, size.hidden, size.steps, size.batch, threads, ...numbers].join(' | ')} |`);
      }
    }
  }
  const theirMemory = Number(await peer.ask('memory'));
  console.log(
    `\nLargest resident size: PyTorch ${theirMemory.toFixed(0)} MB, ours ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB.`,
  );
  peer.close();
}

void main();
