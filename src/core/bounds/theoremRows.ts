import { classFamily, prefixedIds, type ClassIds } from './classFamily';
import type { CellKind } from './classes/networkClass';
import { chenLiZhao } from './literature/papers';
import type { RowFamily } from './row';

const gru = [prefixedIds('GRU-fixed'), 'the recursion of Theorem 4 carried over to the GRU'] as const;

export const theorems: Readonly<Record<CellKind, readonly [ids: ClassIds, constants: string]>> = {
  vanilla: [
    { dudley: 'T2-fixed', entropy: 'T2-Dudley', rademacher: 'T2-Rad1', occam: 'T2-Occam', pacBayes: 'PBM' },
    `${chenLiZhao}, Lemma 2, repaired`,
  ],
  mgu: [prefixedIds('T4-fixed'), `${chenLiZhao}, Theorem 4, repaired`],
  gru_before: gru,
  gru_after: gru,
  lstm: [prefixedIds('T5-fixed'), `${chenLiZhao}, Theorem 5, repaired`],
};

/** The certified rows of the theorem about the one layer's cell. */
export const theoremRows: RowFamily = ({ cell }) =>
  cell === null ? [] : classFamily(...theorems[cell], ({ theorem }) => theorem());
