import { Problem } from '../problem';
import { caseInputs, isFields } from './cases/caseInputs';
import type { Output } from './cases/caseOutputs';
import { theoremRows } from './cases/theoremRows';

/** A value as `recurscope theorem` prints it: infinities are the strings "inf" and "-inf", what is not available is null. */
export type Printed = number | boolean | string | null | readonly Printed[] | { readonly [name: string]: Printed };

export type TheoremAnswer =
  | { readonly id: Printed; readonly outputs: { readonly [name: string]: Printed } }
  | { readonly id: Printed; readonly error: string };

/**
 * Answers one case {id, row, inputs} of `recurscope theorem`, the what-if calculator: any row of the table, for numbers that
 * somebody typed. A case that cannot be answered gives the reason.
 */
export async function answerTheoremCase(theoremCase: unknown): Promise<TheoremAnswer> {
  const id = isFields(theoremCase) && typeof theoremCase['id'] === 'string' ? theoremCase['id'] : null;
  try {
    if (!isFields(theoremCase)) throw new Problem('A case must be an object with id, row and inputs.');
    const { row, inputs } = theoremCase;
    const answer = typeof row === 'string' ? theoremRows.get(row) : undefined;
    if (!answer) {
      throw new Problem(
        `There is no row ${JSON.stringify(row) ?? 'without a name'}; known are ${[...theoremRows.keys()].join(', ')}.`,
      );
    }
    if (!isFields(inputs)) throw new Problem('inputs must be an object.');
    const outputs = await answer(caseInputs(inputs));
    return { id, outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, print(value)])) };
  } catch (error) {
    if (error instanceof Problem) return { id, error: error.message };
    throw error;
  }
}

function print(value: Output): Printed {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    return Number.isNaN(value) ? null : value > 0 ? 'inf' : '-inf';
  }
  if (value === null || typeof value === 'boolean') return value;
  if (isArray(value)) return value.map(print);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, print(entry)]));
}

const isArray = (value: readonly Output[] | { readonly [name: string]: Output }): value is readonly Output[] =>
  Array.isArray(value);
