import type { BoundedNetwork } from '../classes/boundedNetwork';
import { comparisonRow } from './comparisonRow';
import type { CellKind } from '../classes/networkClass';
import { chenLiZhao } from './papers';
import { printedAssumptions } from './printedAssumptions';
import { printedNumber } from './printedNumbers';
import type { RowFamily } from '../row';

const theorems: Readonly<Record<CellKind, readonly [id: string, theorem: string] | null>> = {
  vanilla: ['T2-printed', 'Theorem 2'],
  mgu: ['T4-printed', 'Theorem 4 (constants reconstructed; the paper prints O(·))'],
  gru_before: null,
  gru_after: null,
  lstm: ['T5-printed', 'Theorem 5 (constants reconstructed; its Lipschitz constant is false)'],
};

/** The theorem about the one layer's cell, as the paper prints it. */
export const printedRows: RowFamily = ({ cell }) => {
  const found = cell && theorems[cell];
  if (!found) return [];
  const [id, theorem] = found;
  const header = { id, status: 'printed', p: 2, source: `${chenLiZhao}, ${theorem}, as printed` } as const;
  return [
    {
      header,
      answer: (context) =>
        comparisonRow(context, header, {
          norms: [2],
          method: 'dudley',
          whyNot: whyNotPrinted,
          answer: ({ question, network, domain, training, sequences, delta }) => {
            const losses = context.losses('ramp', training);
            const { number, valid } = printedNumber({ network, domain, losses, sequences, delta });
            return { number, assumptions: printedAssumptions(question, network, { valid }) };
          },
        }),
    },
  ];
};

function whyNotPrinted({ architecture }: BoundedNetwork): string | null {
  if (architecture.cap === Infinity) return 'The printed theorem needs a bounded activation, and relu is not.';
  return architecture.gateSlope === 1 / 4
    ? null
    : 'The printed theorem is about logistic gates, and these are hard-sigmoid.';
}
