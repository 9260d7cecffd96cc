import { readFileSync } from 'node:fs';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import type { CellName } from '../../../../src/core/cells/cells';
import type { Direction } from '../../../../src/core/checkpoint';

/** A cell run by numpy; see test/fixtures/cells/reference.py. */
export interface ReferenceCase {
  readonly cell: CellName;
  readonly options: CellOptions;
  readonly direction: Direction;
  readonly lengths: number[] | null;
  readonly sizes: { readonly input: number; readonly hidden: number };
  readonly steps: number;
  readonly batch: number;
  readonly weights: Readonly<Record<string, number[]>>;
  readonly input: number[];
  readonly initialStates: number[][];
  readonly hidden: number[];
  readonly gates: Readonly<Record<string, number[]>>;
}

const file = new URL('../../../fixtures/cells/reference.json', import.meta.url);
export const referenceCases = JSON.parse(readFileSync(file, 'utf8')) as readonly ReferenceCase[];

export const titleOf = ({ cell, options, direction, lengths }: ReferenceCase): string =>
  `${cell} ${JSON.stringify(options)} ${direction}${lengths ? ' with padding' : ''}`;

export const weightsOf = (of: ReferenceCase): Map<string, Float64Array> =>
  new Map(Object.entries(of.weights).map(([name, values]) => [name, Float64Array.from(values)]));

/** The largest |a − b| / (1 + |b|), which is infinite where either is not a number. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  for (let k = 0; k < expected.length; k++) {
    const error = Math.abs(actual[k]! - expected[k]!) / (1 + Math.abs(expected[k]!));
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
  }
  return worst;
}
