import type { BoundResult } from '../../report';

/** The answer of a row whose certificate rests on a theorem that is not proved again here. */
export function restsOn(theorem: string, row: BoundResult): BoundResult {
  if (row.assumptions.length === 0) return row;
  const text = `${theorem} holds as published; it is not proved again here.`;
  return { ...row, assumptions: [...row.assumptions, { text, state: 'assumed' }] };
}
