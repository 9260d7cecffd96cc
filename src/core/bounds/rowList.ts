import type { BoundStatus } from '../report';
import type { CellKind, Norm } from './networkClass';

export type Method = 'printed' | 'dudley' | 'rademacher' | 'occam' | 'pacBayes' | 'heldOut';

/** One row of the report before anything is known about the checkpoint. */
export interface RowHeader {
  readonly id: string;
  readonly status: BoundStatus;
  readonly p: Norm | null;
  readonly method: Method;
  /** What bounds the Lipschitz constants: a theorem about the cell, or the majorant calculus; null where nothing has to. */
  readonly constants: 'theorem' | 'calculus' | null;
  readonly source: string;
}

const paper = 'Chen, Li & Zhao 2019, On generalization bounds of a family of recurrent neural networks';

interface Family {
  readonly printed: RowHeader | null;
  /** The names of the certified rows, by method. */
  readonly ids: Readonly<Record<'dudley' | 'rademacher' | 'occam' | 'pacBayes', string>>;
  /** Where the Lipschitz constants come from. */
  readonly constants: string;
}

const printed = (id: string, theorem: string): RowHeader => ({
  id,
  status: 'printed',
  p: 2,
  method: 'printed',
  constants: 'theorem',
  source: `${paper}, ${theorem}, as printed`,
});

const gatedIds = (prefix: string): Family['ids'] => ({
  dudley: `${prefix}-Dudley1`,
  rademacher: `${prefix}-Rad1`,
  occam: `${prefix}-Occam`,
  pacBayes: `${prefix}-PBM`,
});

const gru: Family = {
  printed: null,
  ids: gatedIds('GRU-fixed'),
  constants: 'the recursion of Theorem 4 carried over to the GRU',
};

const families: Readonly<Record<CellKind, Family>> = {
  vanilla: {
    printed: printed('T2-printed', 'Theorem 2'),
    ids: { dudley: 'T2-fixed', rademacher: 'T2-Rad1', occam: 'T2-Occam', pacBayes: 'PBM' },
    constants: `${paper}, Lemma 2, repaired`,
  },
  mgu: {
    printed: printed('T4-printed', 'Theorem 4 (constants reconstructed; the paper prints O(·))'),
    ids: gatedIds('T4-fixed'),
    constants: `${paper}, Theorem 4, repaired`,
  },
  gru_before: gru,
  gru_after: gru,
  lstm: {
    printed: printed('T5-printed', 'Theorem 5 (constants reconstructed; its Lipschitz constant is false)'),
    ids: gatedIds('T5-fixed'),
    constants: `${paper}, Theorem 5, repaired`,
  },
};

const methods = {
  dudley: 'Dudley’s entropy integral, repaired',
  rademacher: 'Rademacher complexity with one level of chaining',
  occam: 'a Chernoff bound over a finite cover',
  pacBayes: 'PAC-Bayes with Gaussian noise and Maurer’s constant',
};

const heldOut: RowHeader = {
  id: 'held-out',
  status: 'certified',
  p: null,
  method: 'heldOut',
  constants: null,
  source: 'Clopper & Pearson 1934, on the held-out part',
};

const calculus = gatedIds('CALC');

/**
 * Every row that a checkpoint can have, in the order in which they are read. Fixed by its cells and layers, before any value
 * is seen: δ is split over the certified ones (theory rule R3). `cell` is that of a network with one layer that a theorem is
 * about; `hasCalculus` says whether the majorant calculus has rows of its own.
 */
export function rowsOf(cell: CellKind | null, hasCalculus: boolean): readonly RowHeader[] {
  const family = cell && families[cell];
  return [
    ...(family?.printed ? [family.printed] : []),
    ...(family ? certified(family.ids, 'theorem', family.constants) : []),
    ...(hasCalculus
      ? certified(calculus, 'calculus', 'the majorant calculus, which reads them off the equations step by step')
      : []),
    heldOut,
  ];
}

function certified(ids: Family['ids'], constants: 'theorem' | 'calculus', source: string): RowHeader[] {
  const rows = (method: keyof Family['ids'], norms: readonly Norm[]): RowHeader[] =>
    norms.map((p) => ({
      ...{ id: ids[method], status: 'certified', p, method, constants },
      source: `${methods[method]}, with the constants of ${source}`,
    }));
  return [
    ...rows('dudley', [2, 'inf']),
    ...rows('rademacher', [2, 'inf']),
    ...rows('occam', [2, 'inf']),
    ...rows('pacBayes', [2]),
  ];
}

export const certifiedRows = (rows: readonly RowHeader[]): number =>
  rows.filter(({ status }) => status === 'certified').length;
