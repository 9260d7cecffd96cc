import assert from 'node:assert/strict';
import path from 'node:path';
import { measureNetwork } from '../../../src/core/analysis/measureNetwork';
import { analyze, isMisread } from '../../../src/core/analyze';
import type { Checkpoint, Parameter } from '../../../src/core/checkpoint';
import type { AnalysisReport } from '../../../src/core/report';
import type { Sequences } from '../../../src/core/sequences';
import { loadCheckpoint } from '../../../src/formats/loadCheckpoint';
import { readSequences } from '../../../src/formats/sequences/readSequences';
import { observe } from '../../../src/runtime/observe';
import { assertValidReport } from '../validReport';

/** The first few sequences: enough to tell one reading of the gates from another. */
function first(count: number, { inputs, labels, holdout, ...rest }: Sequences): Sequences {
  return {
    ...rest,
    count,
    inputs: new Map(
      [...inputs].map(([name, { dims, values }]) => [
        name,
        { dims: [count, ...dims.slice(1)], values: values.slice(0, (values.length / dims[0]!) * count) },
      ]),
    ),
    lengths: rest.lengths?.slice(0, count) ?? null,
    labels:
      labels?.kind === 'classes' ? { ...labels, values: labels.values.slice(0, count * labels.steps) } : labels, // prettier-ignore
    holdout: holdout?.slice(0, count) ?? null,
  };
}

/** The report when each gate is given the numbers that the file has for another one. */
async function reportWith(file: string, numbersOf: Readonly<Record<string, string>>): Promise<AnalysisReport> {
  const loaded = await loadCheckpoint(path.resolve('examples', file));
  const [layer] = loaded.checkpoint.layers;
  const swapped = (parameters: readonly Parameter[]): Parameter[] =>
    parameters.map((parameter) => {
      const source = parameters.find(
        ({ gate, role }) => gate === (numbersOf[parameter.gate!] ?? parameter.gate) && role === parameter.role,
      );
      return { ...parameter, values: source!.values };
    });
  const misread = { ...layer!, matrices: swapped(layer!.matrices), biases: swapped(layer!.biases) };
  const checkpoint: Checkpoint = { ...loaded.checkpoint, layers: [misread] };
  const data = path.resolve('examples', file.replace('.onnx', '.npz'));
  const sequences = first(20, await readSequences(data, checkpoint.inputs));
  const observations = await observe({ ...loaded, checkpoint }, sequences, {
    scoresOutput: null,
    clip: null,
    progress: () => {},
  });
  const measured = await measureNetwork(checkpoint);
  return analyze({ checkpoint, measured, run: { sequences, observations }, declarations: {}, version: '0' });
}

describe('analyze', () => {
  const readings = [
    ['temporal-order-lstm.onnx', 'input and forget exchanged', { input: 'forget', forget: 'input' }],
    ['temporal-order-lstm.onnx', 'in the order of Keras', { forget: 'output', candidate: 'forget', output: 'candidate' }],
    ['drift-gru.onnx', 'update and reset exchanged', { update: 'reset', reset: 'update' }],
  ] as const; // prettier-ignore

  for (const [file, how, numbersOf] of readings) {
    it(`gives no bounds for ${file} read with gates ${how}`, async () => {
      const report = await reportWith(file, numbersOf);
      assertValidReport(report);
      assert.ok(report.agreement!.maxRelativeError > 1e-4);
      assert.ok(isMisread(report));
      assert.deepEqual(report.bounds, []);
      assert.match(report.notes[0]!, /misread/);
      assert.equal(report.layers.length, 1, 'the rest of the report is still there');
    });
  }

  it('gives every bound for the same files read rightly', async () => {
    for (const file of ['temporal-order-lstm.onnx', 'drift-gru.onnx']) {
      const report = await reportWith(file, {});
      assert.ok(report.agreement!.maxRelativeError < 1e-5);
      assert.ok(!isMisread(report) && report.bounds.length > 0 && report.notes.every((note) => !/misread/.test(note)));
    }
  });

  it('is misread above 1e-4 and where nothing finite came out, not where nothing was compared', () => {
    const agreement = (maxRelativeError: number) => ({ agreement: { maxRelativeError, compared: 1, peer: 'tfjs' as const } }); // prettier-ignore
    assert.ok(!isMisread(agreement(1e-4)));
    assert.ok(isMisread(agreement(1.01e-4)));
    assert.ok(isMisread(agreement(Infinity)));
    assert.ok(!isMisread({ agreement: null }));
  });
});
