import type { Assumption, BoundResult, BoundTerm, RegressionQuantity } from '../report';
import type { RowHeader } from './row';

/** A number and everything that goes with it. */
export interface RowNumber {
  /** The bound, not clipped; Infinity beyond the largest double. */
  readonly bound: number;
  /** log10 of the same. */
  readonly log10: number;
  readonly gamma: number | null;
  readonly lambda: number | null;
  readonly nats: number | null;
  readonly terms: readonly (readonly [name: string, value: number | null])[];
  /** The complexity, part by part, where it is a sum of nats. @default none */
  readonly costs?: readonly (readonly [name: string, nats: number])[];
  /** What the bound is about, where it is not the probability of an error. @default the probability of an error */
  readonly quantity?: RegressionQuantity;
}

interface Answered {
  readonly header: RowHeader;
  readonly delta: number;
  readonly assumptions: readonly Assumption[];
}

/** A row with its number. */
export function numberRow({ header, delta, assumptions }: Answered, number: RowNumber): BoundResult {
  const log10 = finite(number.log10);
  return {
    id: header.id,
    status: header.status,
    p: header.p,
    value: log10 === null ? null : Math.min(1, number.bound),
    ...(number.quantity && { quantity: number.quantity }),
    ...(header.about && { about: header.about }),
    log10,
    gamma: number.gamma,
    delta,
    lambda: finite(number.lambda),
    nats: finite(number.nats),
    terms: number.terms.map(([name, value]): BoundTerm => ({ name, value: finite(value) })),
    costs: (number.costs ?? []).map(([name, nats]) => ({ name, nats })),
    assumptions: [...assumptions],
    source: header.source,
    reason: log10 === null ? 'The formula has no value here: a factor is 0 or its logarithm is not positive.' : null,
  };
}

/** A row that would apply and has no number: `reason` says what it waits for, or which assumption is violated. */
export function waitingRow({ header, delta, assumptions }: Answered, reason: string): BoundResult {
  const nothing = { value: null, log10: null, gamma: null, lambda: null, nats: null, terms: [], costs: [] };
  const { id, status, p, source, about } = header;
  return { id, status, p, ...(about && { about }), ...nothing, delta, assumptions: [...assumptions], source, reason };
}

/** A row that cannot apply to this checkpoint or these labels. */
export const inapplicableRow = (answered: Answered, reason: string): BoundResult => ({
  ...waitingRow(answered, reason),
  status: 'notApplicable',
});

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);
