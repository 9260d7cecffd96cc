// npm run demo:training [-- --text <file>]: trains networks on classic tasks and retrains an example under a constraint, all by
// the command line, and prints what came of it. With a text, a character model of it is trained as well.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TrainingSettings } from '../src/core/training/trainingSettings';
import { bestCertified, rowName } from '../src/core/summary';
import type { AnalysisReport } from '../src/core/report';
import type { RetrainResult } from '../src/protocol/trainingApi';

const root = path.resolve(import.meta.dirname, '..');
const program = path.join(root, 'dist/recurscope.js');
const folder = mkdtempSync(path.join(tmpdir(), 'recurscope-demo-'));
const at = (name: string): string => path.join(folder, name);

const run = async (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  await promisify(execFile)(process.execPath, [program, ...args], { maxBuffer: 2 ** 28, cwd: folder });

interface Task {
  readonly title: string;
  readonly task: readonly string[];
  readonly network: readonly string[];
  readonly settings: TrainingSettings;
  readonly result: (result: RetrainResult, baseline: string) => string;
}

const squaredError = ({ after }: RetrainResult): string =>
  `mean squared error ${figure(after.data!.regression!.heldOut!.squared!)} on held-out sequences; 0.167 for the mean`;

function tasks(text: string | null): Task[] {
  const adding = ['adding', '--sequences', '12000', '--length', '100'];
  const common = { batchSize: 50, schedule: 'cosine' } as const;
  const list: Task[] = [
    {
      title: 'adding problem, T = 100, GRU 48',
      task: adding,
      network: ['--cell', 'gru', '--input-size', '2', '--hidden-size', '48', '--readout', '1'],
      settings: { ...common, epochs: 8, learningRate: 0.005 },
      result: squaredError,
    },
    {
      title: 'adding problem, T = 100, GATO 128',
      task: adding,
      network: ['--cell', 'gato', '--input-size', '2', '--hidden-size', '128', '--readout', '1'],
      settings: { ...common, epochs: 40, learningRate: 0.01 },
      result: squaredError,
    },
    {
      title: 'copy 5 of 8 letters after 20 blanks, GRU 64',
      task: ['copy', '--blanks', '20', '--symbols', '5'],
      network: ['--cell', 'gru-reset-after', '--input-size', '10', '--hidden-size', '64', '--readout', '9', '--readout-steps', 'every'], // prettier-ignore
      settings: { epochs: 20, batchSize: 32, learningRate: 0.005, schedule: 'cosine' },
      result: ({ after }) => `${percent(after.data!.heldOutError!)} of held-out steps wrong; 16.7 % for blanks`,
    },
  ];
  if (text !== null) {
    list.push({
      title: `characters of ${path.basename(text)}, LSTM 256`,
      task: ['characters', '--text', text],
      network: ['--cell', 'lstm', '--hidden-size', '256', '--readout-steps', 'every'],
      settings: { epochs: 12, batchSize: 16, learningRate: 0.003, schedule: 'cosine', gradientClip: 5 },
      result: ({ heldOut }, baseline) =>
        `perplexity ${figure(Math.exp(heldOut!.loss))} of the held-out part; ${baseline}`,
    });
  }
  return list;
}

const figure = (value: number): string => String(Number(value.toPrecision(3)));
const percent = (share: number): string => `${figure(100 * share)} %`;

async function learned(task: Task, k: number): Promise<void> {
  const [model, data] = [at(`network${k}.onnx`), at(`task${k}.npz`)];
  const made = await run('task', ...task.task, '--out', data);
  const classes = /: x \[\d+, \d+, (\d+)\]/.exec(made.stdout + made.stderr)?.[1] ?? '';
  const sizes = task.network.includes('--input-size') ? [] : ['--input-size', classes, '--readout', classes];
  await run('new', ...task.network, ...sizes, '--seed', '1', '--out', model);
  const isText = task.task[0] === 'characters';
  const isNumbers = task.task[0] === 'adding';
  writeFileSync(`${model}.recurscope.json`, JSON.stringify({ data: path.basename(data), ...(isText && { independentSequences: false }), ...(isNumbers && { task: 'regression' }) })); // prettier-ignore
  const result = await retrained(model, task.settings);
  const baseline = /Perplexity of the held-out part by .*?:(.*)\./s.exec(made.stdout + made.stderr)?.[1]?.trim() ?? '';
  row(task.title, result, task.result(result, baseline));
}

async function retrained(model: string, settings: TrainingSettings): Promise<RetrainResult> {
  const config = `${model}.retrain.json`;
  writeFileSync(config, JSON.stringify(settings));
  const { stdout } = await run('retrain', model, '--config', config, '--json');
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as RetrainResult;
}

function row(title: string, { history, seconds }: RetrainResult, outcome: string): void {
  const epochs = history.filter(({ epoch }) => epoch > 0).length;
  console.log(`| ${title} | ${epochs} | ${seconds.toFixed(0)} s | ${outcome} |`);
}

/** The best certified row about a whole class of networks, which no held-out sequence is needed for. */
function classBound(report: AnalysisReport): string {
  const best = bestCertified(report.bounds.filter(({ id }) => id !== 'held-out'))!;
  return `${best.value.toFixed(3)} (${rowName(best)}, ${Math.round(best.nats ?? 0).toLocaleString('en-US')} nats)`;
}

/** An example, retrained so that its bounds get better. */
async function constrained(constraint: string, title: string): Promise<void> {
  for (const name of ['drift-gru.onnx', 'drift-gru.onnx.recurscope.json', 'drift-gru.npz']) {
    cpSync(path.join(root, 'examples', name), at(name));
  }
  const settings = { epochs: 30, learningRate: 0.004, constraints: [constraint] };
  const result = await retrained(at('drift-gru.onnx'), settings);
  const { before, after } = result;
  row(
    `examples/drift-gru.onnx, ${title}`,
    result,
    `best bound of its class ${classBound(before)} → ${classBound(after)}; held-out error ${percent(before.data!.heldOutError!)} → ${percent(after.data!.heldOutError!)}`,
  );
}

/** A network fine-tuned on new sequences: bounds measured from zero, and from where the fine-tuning started. */
async function fineTuned(): Promise<void> {
  const order = ['temporal-order', '--length', '30'];
  await run('task', ...order, '--sequences', '20000', '--seed', '1', '--out', at('first.npz'));
  await run('task', ...order, '--sequences', '5000', '--seed', '2', '--out', at('second.npz'));
  const network = ['--cell', 'gru-reset-after', '--input-size', '8', '--hidden-size', '16', '--readout', '4'];
  await run('new', ...network, '--seed', '1', '--out', at('base.onnx'));
  const known = {
    independentSequences: true,
    architectureFixed: true,
    inputDomain: { norm2: 1, normInf: 1, maxLength: 33 },
  };
  const sidecar = (name: string, more: object): void =>
    writeFileSync(at(`${name}.recurscope.json`), JSON.stringify({ ...known, ...more }));
  sidecar('base.onnx', { data: 'first.npz' });
  const first = await retrained(at('base.onnx'), { epochs: 25, learningRate: 0.01, schedule: 'cosine', batchSize: 64 });
  sidecar(path.basename(first.path), { data: 'second.npz', reference: path.basename(first.path) });
  const second = await retrained(first.path, {
    epochs: 3,
    learningRate: 0.0002,
    batchSize: 64,
    constraints: ['pull=0.01'],
  });
  writeFileSync(at('from-zero.json'), JSON.stringify({ ...known, data: 'second.npz' }));
  const nearby = async (...more: readonly string[]): Promise<AnalysisReport['bounds']> => {
    const { stdout } = await run('analyze', second.path, '--noise', '--quantise', '--json', ...more);
    return (JSON.parse(stdout) as AnalysisReport).bounds;
  };
  const [zero, centred] = [await nearby('--config', at('from-zero.json')), await nearby()];
  const of = (rows: AnalysisReport['bounds'], id: string): string =>
    percent(rows.find((each) => each.id === id)!.value!);
  const changes = ['Gibbs', 'Rivasplata', 'compression'].map((id) => `${id} ${of(zero, id)} → ${of(centred, id)}`);
  row('temporal order, GRU 16, fine-tuned on 4,000 new sequences: bounds from zero → from where it started', second, changes.join('; ')); // prettier-ignore
}

async function main(): Promise<void> {
  const text = process.argv.indexOf('--text');
  console.log('| | epochs | training | outcome |\n|---|---|---|---|');
  for (const [k, task] of tasks(text < 0 ? null : path.resolve(process.argv[text + 1]!)).entries())
    await learned(task, k);
  await constrained('spectral-norm=0.5', 'every ‖U‖₂ ≤ 0.5');
  await constrained('bound=0.05', 'the complexity of its bound as a penalty');
  await fineTuned();
}

void main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => rmSync(folder, { recursive: true }));
