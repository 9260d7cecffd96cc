import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnalysisReport, LayerReport } from '../../../src/core/report';
import { analyzeCheckpoint } from '../../../src/engine/analyzeCheckpoint';
import { assertValidReport } from '../validReport';

/** Optional reference material: checkpoints of other people. */
const folder = path.resolve('../shared/checkpoints');
const fixtures = path.resolve('test/fixtures/realFiles');

interface Norms {
  readonly shape: number[];
  readonly spectral: number;
  readonly frobenius: number;
  readonly norm21: number;
  readonly infinity: number;
  readonly maxRow: number;
  readonly stableRank: number;
}

interface ExpectedLayer {
  readonly cell: string;
  readonly direction: string;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly matrices: Readonly<Record<string, Readonly<Record<'input' | 'recurrent', Norms>>>>;
  readonly gates: Readonly<
    Record<
      string,
      {
        readonly mean: number;
        readonly standardDeviation: number;
        readonly leftSaturated: number;
        readonly rightSaturated: number;
        readonly quantiles: number[];
      }
    >
  >;
}

interface Expected {
  readonly parameters: number;
  readonly inputNorm: { readonly two: number; readonly inf: number };
  readonly layers: readonly ExpectedLayer[];
  readonly margins?: {
    readonly mean: number;
    readonly standardDeviation: number;
    readonly errorRate: number;
    readonly quantiles: number[];
  };
}

// real_files.py beside the numbers: LAPACK's norms, and gates by the cells' equations in float64.
const expected = JSON.parse(readFileSync(path.join(fixtures, 'real_files.json'), 'utf8')) as Record<string, Expected>;

/** Where each checkpoint is, and the steps its longest sequence has on the first recurrent layer. */
const files: Readonly<Record<string, readonly [file: string, steps: number]>> = {
  aircraft_rul: ['onnx/aircraft_rul/lstm_model.onnx', 30],
  pose_gru: ['onnx/pose_gru/gru_model.onnx', 64],
  nnsplit_bidi_lstm: ['onnx/nnsplit_bidi_lstm/model.onnx', 64],
  dtln_p1: ['onnx/dtln_pytorch/model_p1.onnx', 1],
  dtln_p2: ['onnx/dtln_pytorch/model_p2.onnx', 1],
  silero_vad_v3: ['onnx/silero_vad_v3/silero_vad_v3.onnx', 16],
  char_reiinakano: ['tfjs/char_reiinakano/model.json', 40],
  quant_lstm2_small: ['tfjs/quant_lstm2_small/model.json', 6],
  'AiW-1': ['tfjs/char_alice_epochs/AiW-1.json', 40],
  'AiW-5': ['tfjs/char_alice_epochs/AiW-5.json', 40],
  'AiW-20': ['tfjs/char_alice_epochs/AiW-20.json', 40],
};

let scratch: string;

const made = new Map<string, Promise<AnalysisReport>>();

/** Each report is made once. */
function report(name: string): Promise<AnalysisReport> {
  const known = made.get(name) ?? analyzed(name);
  made.set(name, known);
  return known;
}

async function analyzed(name: string): Promise<AnalysisReport> {
  const isAlice = name.startsWith('AiW');
  const request = {
    checkpoint: path.join(folder, files[name]![0]),
    data: isAlice ? null : path.join(fixtures, `${name}.npz`),
    config: isAlice ? writeAlice() : null,
    mayRun: true,
  };
  return analyzeCheckpoint(request, () => {});
}

/** Writes 200 windows of the text as JSON lines, and the sidecar that says what windows of one text are; answers its path. */
function writeAlice(): string {
  const source = path.join(folder, 'tfjs/char_alice_epochs');
  const text = readFileSync(path.join(source, 'alice-in-wonderland.txt'), 'utf8')
    .replaceAll('\r\n', '\n')
    .toLowerCase();
  const symbols = JSON.parse(readFileSync(path.join(source, 'charset.json'), 'utf8')) as string[];
  const oneHot = (symbol: string): number[] => symbols.map((other) => Number(other === symbol));
  const lines = Array.from({ length: 200 }, (_, n) => {
    const start = 2000 + 97 * n;
    const input = [...text.slice(start, start + 40)].map(oneHot);
    return JSON.stringify({ input, label: symbols.indexOf(text[start + 40]!) });
  });
  writeFileSync(path.join(scratch, 'alice.jsonl'), lines.join('\n'));
  const sidecar = path.join(scratch, 'alice.recurscope.json');
  writeFileSync(sidecar, JSON.stringify({ data: 'alice.jsonl', independentSequences: false }));
  return sidecar;
}

function assertClose(actual: number | null, wanted: number, tolerance: number, what: string): void {
  assert.ok(actual !== null && Math.abs(actual - wanted) <= tolerance, `${what}: ${actual} instead of ${wanted}`);
}

function assertMatrices(layer: LayerReport, { matrices }: ExpectedLayer): void {
  assert.deepEqual(
    layer.matrices.map(({ gate, role }) => `${gate} ${role}`).sort(),
    Object.keys(matrices).flatMap((gate) => [`${gate} input`, `${gate} recurrent`]).sort(), // prettier-ignore
  );
  for (const { gate, role, shape, spectralNorm, ...norms } of layer.matrices) {
    assert.ok(role !== 'inner');
    const wanted = matrices[gate!]![role];
    const what = `${layer.name}, ${gate} ${role}`;
    assert.deepEqual(shape, wanted.shape, what);
    const { lower, upper } = spectralNorm;
    assert.ok(upper - lower <= 1e-9 * upper, `${what}: [${lower}, ${upper}] is too wide`);
    // LAPACK's own rounding is of the order of 1e-15; an interval of 1e-9 that misses it by more is wrong.
    const slack = 1e-12 * wanted.spectral;
    assert.ok(lower - slack <= wanted.spectral && wanted.spectral <= upper + slack, `${what}: ${wanted.spectral}`);
    assertClose(norms.frobeniusNorm, wanted.frobenius, 1e-10 * wanted.frobenius, `${what}, Frobenius`);
    assertClose(norms.norm21, wanted.norm21, 1e-10 * wanted.norm21, `${what}, (2,1)`);
    assertClose(norms.infinityNorm, wanted.infinity, 1e-10 * wanted.infinity, `${what}, infinity`);
    assertClose(norms.maxRowNorm, wanted.maxRow, 1e-10 * wanted.maxRow, `${what}, largest row`);
    assertClose(norms.stableRank, wanted.stableRank, 1e-8 * wanted.stableRank, `${what}, stable rank`);
  }
}

function assertGates(layer: LayerReport, { gates }: ExpectedLayer): void {
  assert.deepEqual(layer.gates.map(({ gate }) => gate).sort(), Object.keys(gates).sort());
  for (const { gate, mean, standardDeviation, leftSaturated, rightSaturated, quantiles, histogram } of layer.gates) {
    const wanted = gates[gate]!;
    const what = `${layer.name}, ${gate}`;
    assertClose(mean, wanted.mean, 1e-5, `${what}, mean`);
    assertClose(standardDeviation, wanted.standardDeviation, 1e-5, `${what}, deviation`);
    assertClose(leftSaturated, wanted.leftSaturated, 1e-5, `${what}, left-saturated`);
    assertClose(rightSaturated, wanted.rightSaturated, 1e-5, `${what}, right-saturated`);
    const bin = (gate === 'candidate' ? 2 : 1) / 1000;
    quantiles.forEach(({ probability, value }, k) =>
      assertClose(value, wanted.quantiles[k]!, bin + 1e-6, `${what}, quantile ${probability}`),
    );
    assert.deepEqual([histogram.from, histogram.to], [gate === 'candidate' ? -1 : 0, 1]);
    assertClose(
      histogram.shares.reduce((sum, share) => sum + share, 0),
      1,
      1e-12,
      `${what}, histogram`,
    );
  }
}

describe('checkpoints of other people', function () {
  if (!existsSync(folder)) return;

  before(() => (scratch = mkdtempSync(path.join(tmpdir(), 'recurscope-'))));
  after(() => rmSync(scratch, { recursive: true }));

  for (const [name, [file, steps]] of Object.entries(files)) {
    it(`${name}: norms, gates and agreement are those of an independent program`, async () => {
      const wanted = expected[name]!;
      const found = await report(name);
      assertValidReport(found);
      assert.equal(found.checkpoint.file, path.basename(file));
      assert.equal(found.checkpoint.parameters, wanted.parameters);
      assert.ok(found.agreement!.compared > 0 && found.agreement!.maxRelativeError < 1e-4);
      assert.equal(found.agreement!.peer, file.startsWith('onnx') ? 'onnxruntime' : 'tfjs');
      assert.equal(found.data!.maxLength, steps);
      assertClose(found.data!.inputNorm!.two, wanted.inputNorm.two, 1e-5 * wanted.inputNorm.two, 'B_x');
      assertClose(found.data!.inputNorm!.inf, wanted.inputNorm.inf, 1e-5 * wanted.inputNorm.inf, 'B_x, maximum');
      const shape = ({ cell, direction, inputSize, hiddenSize }: LayerReport | ExpectedLayer): unknown[] => [
        cell,
        direction,
        inputSize,
        hiddenSize,
      ];
      assert.deepEqual(found.layers.map(shape), wanted.layers.map(shape));
      found.layers.forEach((layer, k) => assertMatrices(layer, wanted.layers[k]!));
      found.layers.forEach((layer, k) => assertGates(layer, wanted.layers[k]!));
    });
  }

  it('a bidirectional layer is two entries', async () => {
    const { layers } = await report('nnsplit_bidi_lstm');
    assert.deepEqual(
      layers.map(({ direction }) => direction),
      ['forward', 'reverse', 'forward', 'reverse'],
    );
  });

  it('gates are empty without data, and each bound says what it waits for', async () => {
    const checkpoint = path.join(folder, files['pose_gru']![0]);
    const found = await analyzeCheckpoint({ checkpoint, data: null, config: null, mayRun: true }, () => {});
    assertValidReport(found);
    assert.ok(found.layers.every(({ gates, matrices }) => gates.length === 0 && matrices.length === 6));
    assert.deepEqual([found.data, found.agreement, found.margins], [null, null, null]);
    assert.ok(found.bounds.length > 0 && found.bounds.every(({ value, reason }) => value === null && reason !== null));
  });

  it('Alice after 1, 5 and 20 epochs: margins grow, errors fall, and windows of one text give no certified number', async () => {
    const reports: AnalysisReport[] = [];
    for (const epochs of [1, 5, 20]) {
      const name = `AiW-${epochs}`;
      const found = await report(name);
      const wanted = expected[name]!.margins!;
      assertClose(found.margins!.mean, wanted.mean, 1e-4, 'mean margin');
      assertClose(found.margins!.standardDeviation, wanted.standardDeviation, 1e-4, 'deviation of the margins');
      found.margins!.quantiles.forEach(({ value }, k) => assertClose(value, wanted.quantiles[k]!, 1e-4, 'quantile'));
      assert.equal(found.margins!.errorRate, wanted.errorRate);
      reports.push(found);
    }
    const errors = reports.map(({ data }) => data!.trainingError);
    assert.deepEqual(errors, [0.495, 0.345, 0.285]);
    const [first, second, third] = reports.map(({ margins }) => margins!.mean);
    assert.ok(first! < second! && second! < third!);
    const [early, middle, late] = reports.map(({ margins }) => margins!.quantiles[4]!.value);
    assert.ok(early! < middle! && middle! < late!, 'medians grow as well');
    for (const { bounds } of reports) {
      const certified = bounds.filter(({ status }) => status === 'certified');
      assert.ok(certified.length > 15);
      for (const { id, value, reason, assumptions } of certified) {
        assert.equal(value, null, id);
        assert.match(reason!, /independen/, id);
        assert.ok(
          assumptions.some(({ text, state }) => state === 'violated' && /independen/.test(text)),
          id,
        );
      }
    }
  });
});
