import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnalysisReport } from '../../../src/core/report';
import { analyzeCheckpoint } from '../../../src/engine/analyzeCheckpoint';
import { reportJson } from '../../../src/core/reportJson';
import { assertValidReport } from '../validReport';

interface Row {
  readonly bound: number;
  readonly gamma: number | null;
  readonly nats: number | null;
  readonly lambda: number | null;
}

interface Expected {
  readonly margins: { count: number; mean: number; standardDeviation: number; quantiles: number[] };
  readonly trainingError: number;
  readonly heldOutError: number;
  readonly share: number;
  readonly rows: Readonly<Record<string, Row>>;
}

// example_bounds.py beside the numbers: from the files to every row, in numpy, written from the theory alone.
const expected = JSON.parse(readFileSync('test/fixtures/examples/example_bounds.json', 'utf8')) as Record<
  string,
  Expected
>;

/** "model.onnx", as its sidecar describes it, or "model.onnx, nothing declared": with a sidecar that only names the data. */
function analyze(example: string, delta: number | null = null): Promise<AnalysisReport> {
  const [file, undeclared] = example.split(', ');
  const checkpoint = path.resolve('examples', file!);
  const sidecar = JSON.parse(readFileSync(`${checkpoint}.recurscope.json`, 'utf8')) as { data: string };
  const config = path.join(folder, `${example.replaceAll('/', '-')}, ${delta}.json`);
  const data = path.resolve(path.dirname(checkpoint), sidecar.data);
  const declared = undeclared === undefined ? sidecar : {};
  writeFileSync(config, JSON.stringify({ ...declared, data, ...(delta !== null && { delta }) }));
  return analyzeCheckpoint({ checkpoint, data: null, config, mayRun: true }, () => {});
}

let folder = '';
const made = new Map<string, Promise<AnalysisReport>>();

/** Each report is made once. */
function reportOf(file: string): Promise<AnalysisReport> {
  const report = made.get(file) ?? analyze(file);
  made.set(file, report);
  return report;
}

function assertNear(actual: number | null, wanted: number | null, relative: number, what: string): void {
  if (wanted === null) return assert.equal(actual, null, what);
  const near = actual !== null && Math.abs(actual - wanted) <= relative * Math.abs(wanted);
  assert.ok(near, `${what}: ${actual} instead of ${wanted}`);
}

describe('the examples', () => {
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'recurscope-examples-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const [file, wanted] of Object.entries(expected)) {
    it(`${file}: every number of every bound is that of an independent program`, async () => {
      const report = await reportOf(file);
      assertValidReport(report);
      // The other program shares δ among the rows that it has; here certified rows get as much of another δ, however many they are.
      const { delta: own } = report.bounds.find(({ id }) => id === 'held-out')!;
      const shared = await analyze(file, (wanted.share / own!) * 0.05);
      for (const [what, row] of Object.entries(wanted.rows)) {
        const isRow = ({ id, p }: AnalysisReport['bounds'][number]): boolean => `${id} ${p}` === what;
        const source = report.bounds.find(isRow)!.status === 'certified' ? shared : report;
        const { id, status, value, log10, gamma, delta, lambda, nats, assumptions } = source.bounds.find(isRow)!;
        assertNear(10 ** log10!, row.bound, 1e-6, what);
        assertNear(value, Math.min(1, row.bound), 1e-6, `${what}, clipped`);
        assertNear(gamma, row.gamma, 1e-12, `${what}, γ`);
        assertNear(lambda, row.lambda, 1e-12, `${what}, Λ`);
        // The printed and the Rademacher rows are not counted in nats.
        assertNear(nats, row.nats, 1e-6, `${what}, nats`);
        assertNear(delta, status === 'certified' ? wanted.share : 0.05, 1e-12, `${what}, δ`);
        assert.equal(status, id.endsWith('-printed') ? 'printed' : 'certified');
        if (status === 'certified')
          assert.ok(assumptions.every(({ state }) => state === 'met' || state === 'assumed')); // prettier-ignore
      }
      for (const { value, reason } of report.bounds) assert.equal(value === null, reason !== null);
    });

    it(`${file}: margins and errors are those of an independent program`, async () => {
      const { margins, data } = await reportOf(file);
      assert.equal(margins!.count, wanted.margins.count);
      assertNear(margins!.mean, wanted.margins.mean, 1e-6, 'mean');
      assertNear(margins!.standardDeviation, wanted.margins.standardDeviation, 1e-6, 'deviation');
      margins!.quantiles.forEach(({ probability, value }, k) => {
        const error = Math.abs(value - wanted.margins.quantiles[k]!);
        assert.ok(error < 2e-5, `quantile ${probability} is off by ${error}`);
      });
      assert.equal(data!.heldOutError!.toFixed(9), wanted.heldOutError.toFixed(9));
      // A step whose score is zero to seven digits may change sides between float32 and float64.
      assert.ok(Math.abs(data!.trainingError! - wanted.trainingError) < 2e-5);
    });
  }

  it('one has a certified bound far below 1 without a held-out part', async () => {
    const { bounds } = await reportOf('oscillators-vanilla.onnx');
    const small = bounds.filter(
      ({ status, id, value }) => status === 'certified' && id !== 'held-out' && value !== null && value < 0.05,
    );
    assert.deepEqual(small.map(({ id, p }) => `${id} ${p}`), ['T2-Occam 2', 'T2-Occam inf', 'PBM 2', 'T3a-mix-Occam 2']); // prettier-ignore
  });

  it('the same input gives the same bytes', async () => {
    const [first, second] = [await reportOf('drift-gru.onnx'), await analyze('drift-gru.onnx')];
    assert.equal(reportJson(first), reportJson(second));
  });
});
