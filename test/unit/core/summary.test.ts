import assert from 'node:assert/strict';
import { bestCertified, growthOf, rowName, summary } from '../../../src/core/summary';
import { aReadout, aReport, aRow } from './aReport';

describe('summary', () => {
  it('states the best certified row in one sentence, rounded up', () => {
    assert.equal(
      summary(aReport()),
      'With probability 95 % over the draw of the 8,000 training sequences, the error on a new sequence is at most 7.13 % (T2-Occam, 2-norm).',
    );
  });

  it('never promises less than the row: the printed percentage is at least the value', () => {
    for (const value of [1e-9, 0.000123, 0.01, 0.0999999, 0.5, 0.9989]) {
      const printed = Number(/at most ([\d.e-]+) %/.exec(summary(aReport({ bounds: [aRow({ value })] })))![1]);
      assert.ok(printed >= 100 * value * (1 - 1e-12) && printed <= 101.1 * value, `${printed} for ${value}`);
    }
  });

  it('speaks of held-out sequences when the held-out row is best', () => {
    const bounds = [aRow(), aRow({ id: 'held-out', p: null, value: 0.02 })];
    assert.match(summary(aReport({ bounds })), /2,000 held-out sequences.*at most 2 % \(held-out\)/);
  });

  it('tells a network near the checkpoint from the checkpoint itself', () => {
    const near = (about: 'stochastic' | 'noised' | 'quantised', value: number) =>
      aRow({ id: about, p: null, about, value });
    assert.equal(
      summary(aReport({ bounds: [aRow(), near('quantised', 0.006)] })),
      'With probability 95 % over the draw of the 8,000 training sequences, the error on a new sequence is at most 7.13 % (T2-Occam, 2-norm), and the error of the quantised network near the checkpoint on a new sequence is at most 0.6 % (quantised).',
    );
    assert.match(
      summary(aReport({ bounds: [near('noised', 0.01)] })),
      /training sequences and of the noise, the error of the noised network near the checkpoint on a new sequence is at most 1 %/,
    );
    assert.doesNotMatch(summary(aReport({ bounds: [aRow(), near('stochastic', 0.5)] })), /stochastic/);
    assert.equal(bestCertified([near('quantised', 0.001)]), null);
    assert.equal(bestCertified([near('quantised', 0.001), aRow()])!.id, 'T2-Occam');
  });

  it('never quotes printed rows or indicators', () => {
    const bounds = [aRow({ status: 'printed', value: 0.001 }), aRow({ status: 'indicator', value: 0.001 })];
    assert.equal(bestCertified(bounds), null);
    assert.match(summary(aReport({ bounds })), /^No certified bound applies/);
  });

  it('says of a regression how large the mean loss is and how often a prediction is far off, and of which sequences', () => {
    const loss = { kind: 'absolute', scale: 0.5, norm: null, everyStep: false } as const;
    const far = { ...loss, kind: 'exceedance' } as const;
    const bounds = [
      aRow({ id: 'Reg-Occam', value: 0.26, quantity: loss }),
      aRow({ id: 'Reg-exceed-Occam', value: 0.0625, quantity: far }),
    ];
    assert.equal(
      summary(aReport({ bounds })),
      'With probability 95 % over the draw of the 8,000 training sequences, the mean absolute error on new sequences, cut at a = 0.5, is at most 0.13 (26 % of a; Reg-Occam, 2-norm), and a prediction is off by more than a = 0.5 on at most 6.25 % of new sequences (Reg-exceed-Occam, 2-norm).',
    );
    // The smaller number is not the better bound where it is about something else.
    assert.equal(bestCertified(bounds)?.id, 'Reg-Occam');
    const heldOut = aRow({ id: 'held-out', p: null, value: 0.2, quantity: loss });
    assert.match(summary(aReport({ bounds: [...bounds, heldOut] })), /of the 10,000 sequences, .*held-out\), and/);
    const vacuous = [aRow({ id: 'Reg-Occam', value: 1, quantity: loss }), bounds[1]!];
    assert.match(
      summary(aReport({ bounds: vacuous })),
      /training sequences, a prediction is off by more than a = 0\.5/,
    );
    assert.match(summary(aReport({ bounds: [vacuous[0]!] })), /is vacuous/);
  });

  it('says so when everything is vacuous, and what is missing without data', () => {
    assert.match(summary(aReport({ bounds: [aRow({ value: 1 })] })), /is vacuous/);
    assert.match(summary(aReport({ bounds: [aRow({ value: 0.9991 })] })), /all but vacuous.*99\.9 %/);
    assert.match(summary(aReport({ bounds: [], data: null, readout: aReadout })), /choose labelled sequences/);
  });

  it('does not ask for labelled sequences where no scores were found, which data do not change', () => {
    const sentence = summary(aReport({ bounds: [], data: null, readout: null }));
    assert.match(sentence, /^No bound can be given: no scores were found .*statistics of the gates/);
    assert.doesNotMatch(sentence, /label/);
    // A sidecar can name an output as the scores, though no readout was understood.
    const waiting = aRow({ id: 'held-out', p: null, value: null, reason: 'Waits for labelled sequences.' });
    assert.match(summary(aReport({ bounds: [waiting], data: null, readout: null })), /choose labelled sequences/);
  });

  it('names the states that can grow without end', () => {
    const [layer] = aReport().layers;
    assert.equal(growthOf(layer!), null);
    assert.equal(growthOf({ ...layer!, stateBound: null }), null);
    const stateBound = { text: '|h| ≤ 1, but c grows', unbounded: ['c', 's'] };
    assert.equal(growthOf({ ...layer!, stateBound }), 'unbounded: c, s');
  });

  it('says that a checkpoint was misread instead of speaking of rows that are not there', () => {
    assert.match(summary(aReport({ bounds: [] })), /misread/);
  });

  it('names a row by its id and its norm', () => {
    assert.equal(rowName({ id: 'PBM', p: 'inf' }), 'PBM, ∞-norm');
    assert.equal(rowName({ id: 'held-out', p: null }), 'held-out');
  });
});
