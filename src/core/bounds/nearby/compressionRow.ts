import { blockNats, compression } from './compression';
import type { QuantisedRun } from './nearbyRuns';
import { nearbyRow, type NearbySetting } from './nearbyRow';
import { numbersOfSymbols } from './quantisation';
import { reportedName } from '../classes/reportedName';
import type { Row, RowHeader } from '../row';
import type { RowNumber } from '../rowAnswer';

const header: RowHeader = {
  id: 'compression',
  status: 'certified',
  p: null,
  about: 'quantised',
  source:
    'a Chernoff bound over all networks with a short code (Occam; Krichevsky & Trofimov 1981): about one network, the quantised one',
};

export const waitsForQuantised =
  'Waits for runs with quantised weights: networks near the checkpoint with a short code. They are made on request.';

/** About the network with quantised weights. */
export const compressionRow: Row = nearbyRow(header, {
  runs: ({ quantised }) => quantised,
  waitsFor: waitsForQuantised,
  assumptions: () => [
    {
      text: 'The bound is about one network near the checkpoint, the quantised one, with weights in float32; it can be saved. It is no bound for the checkpoint itself.',
      state: 'met',
    },
    {
      text: 'The scale and the number of symbols of every block were chosen on the data, and so was the code: that is paid for.',
      state: 'met',
    },
  ],
  number: compressionNumber,
});

/** The compression row (theory section 5): each block chose one of the numbers of symbols. */
export function compressionNumber(
  { loss, blocks }: QuantisedRun,
  sequences: number,
  { delta, architectureCost }: NearbySetting,
): RowNumber {
  const counts = blocks.map((block) => block.counts);
  const choiceCost = blocks.length * Math.log(numbersOfSymbols.length);
  const { nats, bound } = compression(counts, { choiceCost, architectureCost, loss, sequences, delta });
  return {
    bound,
    log10: Math.log10(bound),
    gamma: null,
    lambda: choiceCost + architectureCost,
    nats: nats - Math.log(delta),
    terms: [
      ['loss of the quantised network', loss],
      ['nats of its code', nats],
      ['ln(1/δ)', -Math.log(delta)],
      ['m, training sequences', sequences],
    ],
    costs: [
      ...blocks.map(({ name }, k) => [reportedName(name), blockNats(counts[k]!)] as const),
      ['Λ: the numbers of symbols', choiceCost],
      ...(architectureCost > 0 ? [['Λ: the architecture', architectureCost] as const] : []),
      ['ln(1/δ)', -Math.log(delta)],
    ],
  };
}
