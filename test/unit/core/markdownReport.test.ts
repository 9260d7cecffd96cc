import assert from 'node:assert/strict';
import { markdownReport } from '../../../src/core/markdownReport';
import { aReport, aRow } from './aReport';

describe('markdownReport', () => {
  it('opens with the file and the answer', () => {
    const [title, , answer] = markdownReport(aReport()).split('\n');
    assert.equal(title, '# a.onnx');
    assert.match(answer!, /^With probability 95 %/);
  });

  it('prints both ends of every spectral norm in full', () => {
    assert.match(markdownReport(aReport()), /\| candidate \| recurrent \| 4 × 4 \| 0\.8 \| 0\.81 \|/);
  });

  it('prints a dash where there is no number, and keeps a bar inside a cell', () => {
    const markdown = markdownReport(aReport({ bounds: [aRow({ value: null, log10: null, id: 'a|b' })] }));
    assert.match(markdown, /\| a\\\|b, 2-norm \| certified \| – \| – \|/);
  });

  it('says how large the states become, and writes cells as the list does', () => {
    const [layer] = aReport().layers;
    const stateBound = { text: '|c| ≤ t', unbounded: ['c'] };
    const markdown = markdownReport(aReport({ layers: [{ ...layer!, cell: 'conv-lstm', stateBound }] }));
    assert.match(markdown, /^## rnn: `conv-lstm`, 1 → 4$/m);
    assert.match(markdown, /^State: `\|c\| ≤ t` \(unbounded: c\)\.$/m);
    assert.doesNotMatch(markdownReport(aReport({ layers: [{ ...layer!, stateBound: null }] })), /State:/);
  });

  it('prints a dash for the saturated shares of an activation without bounds', () => {
    const [layer] = aReport().layers;
    const gate = {
      ...{ gate: 'increment', mean: 0.85, standardDeviation: 0.5, quantiles: [{ probability: 0.5, value: 0.75 }] },
      ...{ leftSaturated: null, rightSaturated: null, histogram: { from: 0, to: 4, shares: [0.75, 0.25] } },
    };
    const markdown = markdownReport(aReport({ layers: [{ ...layer!, gates: [gate] }] }));
    assert.match(markdown, /\| increment \| 0\.85 \| 0\.5 \| – \| – \| 0\.75 \|/);
  });

  it('says how far predictions are from numeric labels, and what a row about them means', () => {
    const { data } = aReport();
    const quantity = { kind: 'absolute', scale: 0.5, norm: null, everyStep: false } as const;
    const regression = {
      ...({ loss: 'absolute', scale: 0.5, scaleDeclared: false, outputs: 1, labelSpread: 0.42 } as const),
      ...{ training: { absolute: 0.05, squared: 0.004 }, heldOut: { absolute: null, squared: null } },
    };
    const report = aReport({ data: { ...data!, regression }, bounds: [aRow({ value: 0.2591, quantity })] });
    const markdown = markdownReport(report);
    assert.match(markdown, /^## Distances from the labels$/m);
    assert.match(markdown, /a = 0\.5, chosen from the spread of the labels/);
    assert.match(markdown, /\| training \| 0\.05 \| 0\.004 \| 0\.42 \|\n\| held-out \| – \| – \| 0\.42 \|/);
    assert.match(markdown, /^## Bounds on new sequences: the mean loss as a share of a, /m);
    assert.match(
      markdown,
      /^The mean absolute error on new sequences, cut at a = 0\.5, is at most 0\.13 \(26 % of a\)\.$/m,
    );
  });

  it('never prints a bound below its value', () => {
    const printed = markdownReport(aReport({ bounds: [aRow({ value: 0.12345649 }), aRow({ p: 'inf', value: 0.25 })] }));
    assert.match(printed, /T2-Occam, 2-norm \| certified \| 0\.123457 \|/);
    assert.match(printed, /T2-Occam, ∞-norm \| certified \| 0\.25 \|/);
  });

  it('says what drives the best row about norms, what would help, and which gaps assumptions are about', () => {
    const lever = { change: 'Cap ‖U‖₂ at 1', assuming: 'the margins stay', measure: 'bound', before: 0.0712 } as const;
    const explanation = {
      ...{ id: 'T2-Occam', p: 2 as const, sequencesNeeded: { target: 0.5, sequences: 600 } },
      levers: [{ ...lever, after: 0.05, saving: 0.298, value: 0.05001 }],
    };
    const row = aRow({
      costs: [{ name: 'U', nats: 300 }, { name: 'W', nats: 200 }], // prettier-ignore
      assumptions: [{ text: 'sequences are independent', state: 'assumed', gap: 'G22' }],
    });
    const markdown = markdownReport(aReport({ bounds: [row], explanation }));
    assert.match(markdown, /^About T2-Occam, 2-norm\.$/m);
    assert.match(markdown, /^\| U \| 60\.0 % \| 300 \|$/m);
    assert.match(markdown, /^\| Cap ‖U‖₂ at 1 \| the margins stay \| 29\.8 % \| 0\.0501 \|$/m);
    assert.match(markdown, /about 600 training sequences are enough for 0\.5; there are 8,000\./);
    assert.match(markdown, /^- assumed: sequences are independent \(G22\)$/m);
  });

  it('gives the same bytes for the same report', () => {
    assert.equal(markdownReport(aReport()), markdownReport(aReport()));
  });
});
