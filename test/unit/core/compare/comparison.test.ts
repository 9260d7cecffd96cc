import assert from 'node:assert/strict';
import { compare } from '../../../../src/core/compare/comparison';
import { comparisonMarkdown } from '../../../../src/core/compare/comparisonMarkdown';
import { measuresOf } from '../../../../src/core/compare/measures';
import { Problem } from '../../../../src/core/problem';
import type { AnalysisReport } from '../../../../src/core/report';
import { aReport, aRow } from '../aReport';

type Data = NonNullable<AnalysisReport['data']>;

/** A report with these errors and one bound of this value. */
function reportWith(trainingError: number, heldOutError: number | null, log10: number): AnalysisReport {
  const data: Data = { ...aReport().data!, trainingError, heldOutError };
  const row = aRow({ value: Math.min(1, 10 ** log10), log10, nats: null });
  return aReport({ data, bounds: [row, aRow({ id: 'held-out', p: null })] });
}

const named = (reports: readonly AnalysisReport[]) => reports.map((report, k) => ({ name: `${k}.onnx`, report }));

const five = named([
  reportWith(0.1, 0.2, 0.5),
  reportWith(0.1, 0.13, -0.5),
  reportWith(0.1, 0.1, -1),
  reportWith(0.1, 0.16, 0),
  reportWith(0.1, 0.3, 2),
]);

const bound = 'log10 of T2-Occam, 2-norm';

describe('a comparison of checkpoints', () => {
  it('ranks them by held-out error and each measure by its τ with the gap', () => {
    const { checkpoints, measures } = compare(five);
    assert.deepEqual(checkpoints.map(({ letter, name }) => `${letter} ${name}`), ['A 2.onnx', 'B 1.onnx', 'C 3.onnx', 'D 0.onnx', 'E 4.onnx']); // prettier-ignore
    const best = measures[0]!;
    assert.equal(best.name, bound);
    assert.equal(best.order, 'A B C D E');
    assert.deepEqual(best.withGap, { tau: 1, pValue: 2 / 120, method: 'exact', count: 5 });
    // Every other measure is the same for all of them.
    const norm = measures.find(({ name }) => name === 'Σ ‖A‖₂²')!;
    assert.equal(norm.order, 'A = B = C = D = E');
    assert.equal(norm.withGap, null);
  });

  it('leaves out the held-out row, which is made of the held-out error', () => {
    assert.ok(compare(five).measures.every(({ name }) => !name.includes('held-out')));
  });

  it('says how little few checkpoints can show', () => {
    const { notes } = compare(five.slice(0, 3));
    assert.ok(notes.some((note) => note.includes('3 checkpoints') && note.includes('too few')));
    assert.ok(!compare(five).notes.some((note) => note.includes('too few')));
  });

  it('does not take the best of many measures for a finding', () => {
    // One measure alone with p = 1/60 is beyond chance; the weights and the margins do not vary, so they are not counted.
    const [, chance] = compare(five).notes;
    assert.match(chance!, /With 1 measures?, .*Beyond that .*T2-Occam/);
  });

  it('works without held-out errors, and says what is missing', () => {
    const { measures, notes } = compare(named([reportWith(0.1, null, -1), reportWith(0.2, null, -0.5)]));
    assert.ok(measures.every(({ withGap, withHeldOut }) => withGap === null && withHeldOut === null));
    assert.equal(measures.find(({ name }) => name === bound)!.order, 'A B');
    assert.match(notes.join('\n'), /no gap to compare the measures with: mark sequences/);
    const some = compare([...five, { name: 'new.onnx', report: reportWith(0.1, null, -1) }]);
    assert.match(some.notes.join('\n'), /F has no gap/);
    assert.equal(some.measures.find(({ name }) => name === bound)!.withGap!.count, 5);
  });

  it('warns where held-out errors are too close to have an order', () => {
    const close = named([reportWith(0.1, 0.15, 0), reportWith(0.1, 0.151, 1), reportWith(0.1, 0.152, 2)]);
    assert.match(compare(close).notes.join('\n'), /hardly more than chance/);
    assert.doesNotMatch(compare(five).notes.join('\n'), /hardly more than chance/);
  });

  it('refuses what cannot be compared, with the reason', () => {
    assert.throws(() => compare(five.slice(0, 1)), /at least two/);
    const data: Data = { ...aReport().data!, classes: 5 };
    assert.throws(() => compare([five[0]!, { name: 'b.onnx', report: aReport({ data }) }]), /2 classes.*5 classes/);
    assert.throws(() => compare([five[0]!, { name: 'b.onnx', report: aReport({ data: null }) }]), /no labels/);
    const misread = aReport({ agreement: { maxRelativeError: 1, compared: 1, peer: 'onnxruntime' } });
    assert.throws(() => compare([five[0]!, { name: 'bad.onnx', report: misread }]), Problem);
    assert.throws(() => compare([five[0]!, { name: 'bad.onnx', report: misread }]), /bad\.onnx was misread/);
  });

  it('orders vacuous bounds by what they are made of', () => {
    const vacuous = (nats: number): AnalysisReport => aReport({ bounds: [aRow({ value: 1, log10: 0, nats })] });
    const valueOf = (report: AnalysisReport): number => measuresOf(report)[0]!.value!;
    assert.ok(valueOf(vacuous(2e5)) > valueOf(vacuous(1e5)));
    assert.ok(valueOf(vacuous(1)) > valueOf(aReport({ bounds: [aRow({ value: 0.999, log10: Math.log10(0.999) })] })));
  });

  it('products of norms are those of the matrices', () => {
    const measures = new Map(measuresOf(aReport()).map(({ name, value }) => [name, value]));
    const near = (name: string, value: number): void => assert.ok(Math.abs(measures.get(name)! - value) < 1e-12, name);
    near('log10 Π ‖A‖₂', Math.log10(3.1 * 0.81));
    near('log10 Π ‖A‖_F', Math.log10(4));
    near('Σ ‖A‖₂²', 3.1 ** 2 + 0.81 ** 2);
    near('Σ ‖A‖_{2,1}', 6);
    near('log10 of the spectral complexity', Math.log10(3.1 * 0.81 * ((3 / 3.1) ** (2 / 3) + (3 / 0.81) ** (2 / 3)) ** 1.5)); // prettier-ignore
    near('largest ‖U‖₂ (β of a vanilla cell)', 0.81);
  });

  it('is a Markdown page without markup of others', () => {
    const page = comparisonMarkdown(compare([{ name: 'a|<b>.onnx', report: five[0]!.report }, five[1]!]));
    assert.match(page, /^# Comparison of checkpoints\n\n## Checkpoints\n\n\|/);
    assert.ok(page.includes('a\\|&lt;b&gt;.onnx'));
  });
});
