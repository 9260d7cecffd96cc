import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seededRandom } from '../../../src/core/linalg/seededRandom';
import type { AnalysisReport, BoundResult } from '../../../src/core/report';
import { assertValidReport } from '../validReport';
import { npz } from './npz';
import { recurscope } from './recurscope';

const rowOf = ({ bounds }: AnalysisReport, id: string): BoundResult => bounds.find((row) => row.id === id)!;
const termOf = (row: BoundResult, name: string): number => row.terms.find((term) => term.name === name)!.value!;

async function analyzed(...args: string[]): Promise<AnalysisReport> {
  const { code, stdout, stderr } = await recurscope(['analyze', ...args, '--json']);
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout) as AnalysisReport;
  assertValidReport(report);
  return report;
}

/** 80 sequences of 2 to 6 steps of two numbers; the label is the sign of the sum of the first. */
function someSequences(): Uint8Array {
  const { normal, uniform } = seededRandom(5);
  const [count, longest] = [80, 6];
  const lengths = Array.from({ length: count }, () => 2 + Math.floor(uniform(0, 5)));
  const values: number[] = [];
  const labels: number[] = [];
  for (const length of lengths) {
    let sum = 0;
    for (let step = 0; step < longest; step++) {
      const pair = step < length ? [normal(), normal()] : [0, 0];
      sum += pair[0]!;
      values.push(...pair);
    }
    labels.push(sum > 0 ? 1 : 0);
  }
  return npz({
    X: { shape: [count, longest, 2], values },
    lengths: { shape: [count], values: lengths, integers: true },
    labels: { shape: [count], values: labels, integers: true },
  });
}

describe('analyze --noise --quantise', function () {
  this.timeout(120_000);
  let folder = '';
  const at = (name: string): string => path.join(folder, name);

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'recurscope-nearby-'));
    writeFileSync(at('data.npz'), someSequences());
    const sizes = ['--input-size', '2', '--hidden-size', '3', '--readout', '2'];
    const made = await recurscope(['new', '--cell', 'lstm', ...sizes, '--bidirectional', '--out', at('model.onnx')]);
    assert.equal(made.code, 0, made.stderr);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('waits without them', async () => {
    const report = await analyzed(at('model.onnx'), '--data', at('data.npz'));
    for (const id of ['Gibbs', 'Rivasplata']) assert.match(rowOf(report, id).reason!, /^Waits for noisy runs/);
    assert.match(rowOf(report, 'compression').reason!, /^Waits for runs with quantised weights/);
  });

  it('gives the same report for the same seed, and saves networks that make the errors the bounds were computed from', async () => {
    const original = readFileSync(at('model.onnx'));
    writeFileSync(at('model.noised.onnx'), 'something else');
    const args = [at('model.onnx'), '--data', at('data.npz'), '--noise', '--quantise', '--seed', '3'];
    const report = await analyzed(...args, '--save');
    assert.deepEqual(await analyzed(...args), report);
    const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
    const quantised = files.find((name) => /^model\.quantised-\dbit\.onnx$/.test(name))!;
    assert.deepEqual(files.sort(), ['model.noised-1.onnx', 'model.noised.onnx', 'model.onnx', quantised]);
    for (const [name, id, loss] of [
      ['model.noised-1.onnx', 'Rivasplata', 'loss of the noised network'],
      [quantised, 'compression', 'loss of the quantised network'],
    ] as const) {
      const saved = await analyzed(at(name), '--data', at('data.npz'));
      assert.equal(saved.data!.trainingError, termOf(rowOf(report, id), loss));
    }
    assert.equal(rowOf(report, 'Gibbs').about, 'stochastic');
    assert.equal(termOf(rowOf(report, 'Gibbs'), 'n, fresh draws'), 2000);

    assert.equal(readFileSync(at('model.noised.onnx'), 'utf8'), 'something else', 'nothing is overwritten');
    assert.deepEqual(readFileSync(at('model.onnx')), original);
  });

  it('gives no number where the sequences are not independent', async () => {
    cpSync(at('model.onnx'), at('windows.onnx'));
    writeFileSync(
      at('windows.onnx.recurscope.json'),
      JSON.stringify({ data: 'data.npz', independentSequences: false }),
    );
    const report = await analyzed(at('windows.onnx'), '--noise', '--quantise');
    for (const id of ['Gibbs', 'Rivasplata', 'compression']) {
      assert.equal(rowOf(report, id).value, null);
      assert.match(rowOf(report, id).reason!, /^An assumption does not hold: The sequences are drawn independently/);
    }
  });

  it('asks for 2,000 draws at least', async () => {
    const { code, stderr } = await recurscope(['analyze', at('model.onnx'), '--noise', '10']);
    assert.equal(code, 2);
    assert.match(stderr, /from 2000 to 10,000,000/);
  });
});
