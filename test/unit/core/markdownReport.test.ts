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

  it('never prints a bound below its value', () => {
    const printed = markdownReport(aReport({ bounds: [aRow({ value: 0.12345649 }), aRow({ p: 'inf', value: 0.25 })] }));
    assert.match(printed, /T2-Occam, 2-norm \| certified \| 0\.123457 \|/);
    assert.match(printed, /T2-Occam, ∞-norm \| certified \| 0\.25 \|/);
  });

  it('gives the same bytes for the same report', () => {
    assert.equal(markdownReport(aReport()), markdownReport(aReport()));
  });
});
