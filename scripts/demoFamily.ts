import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { initialNetwork } from '../src/core/cells/initialNetwork';
import { seededRandom } from '../src/core/linalg/seededRandom';
import { networkKey } from '../src/formats/onnx/networkMetadata';
import { networkModel } from '../src/runtime/networkModel';
import { requestedNetwork } from '../src/runtime/requestedNetwork';
import { descend } from './descend';

const steps = 8;
const training = 300;
const heldOut = 3000;
const noise = 0.2;

interface Example {
  readonly input: readonly number[];
  readonly label: number;
}

/** Is the sum of the numbers above zero? One label in five is wrong. */
function examples(): readonly Example[] {
  const { normal, uniform } = seededRandom(7);
  return Array.from({ length: training + heldOut }, () => {
    const input = Array.from({ length: steps }, () => Math.max(-1, Math.min(1, normal() / 2)));
    const right = input.reduce((total, value) => total + value, 0) > 0 ? 1 : 0;
    return { input, label: uniform(0, 1) < noise ? 1 - right : right };
  });
}

/** Trains small networks on one data set, writes them into a folder with their sidecars, and removes it afterwards. */
export async function withDemoFamily(use: (files: readonly string[]) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'recurscope-demo-'));
  try {
    const all = examples();
    const lines = all.map(({ input, label }, k) =>
      JSON.stringify({ input: input.map((value) => [value]), label, holdout: k >= training }),
    );
    writeFileSync(path.join(folder, 'data.jsonl'), lines.join('\n'));
    const files: string[] = [];
    for (const hiddenSize of [2, 4, 8, 16, 32]) {
      for (const decay of [0, 0.005]) files.push(await trained(folder, all.slice(0, training), hiddenSize, decay));
    }
    await use(files);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function trained(folder: string, data: readonly Example[], hiddenSize: number, decay: number): Promise<string> {
  const { network, description } = requestedNetwork({
    ...{ cell: 'gru', options: {}, inputSize: 1, hiddenSize, layers: 1, bidirectional: false, residual: false },
    ...{ readout: 2, readoutSteps: 'last', seed: 0 },
  });
  const { uniform } = seededRandom(hiddenSize);
  const batch = 50;
  const draw = () => {
    const chosen = Array.from({ length: batch }, () => data[Math.floor(uniform(0, data.length))]!);
    return {
      input: Float32Array.from({ length: steps * batch }, (_, k) => chosen[k % batch]!.input[Math.floor(k / batch)]!),
      labels: Int32Array.from(chosen, ({ label }) => label),
      steps,
    };
  };
  const learn = await descend(network);
  const weights = await learn(initialNetwork(network, hiddenSize), {
    ...{ steps: 3000, batch, rate: 0.5, decay, draw },
  });
  const file = path.join(folder, `gru-${hiddenSize}${decay === 0 ? '' : '-decay'}.onnx`);
  writeFileSync(file, networkModel(network, weights, new Map([[networkKey, description]])));
  const domain = { norm2: 1, normInf: 1, maxLength: steps };
  writeFileSync(
    `${file}.recurscope.json`,
    JSON.stringify({ data: 'data.jsonl', inputDomain: domain, independentSequences: true }),
  );
  return file;
}
