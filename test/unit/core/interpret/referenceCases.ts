import { readFileSync } from 'node:fs';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import type { Sizes } from '../../../../src/core/cells/sizes';
import type { Direction } from '../../../../src/core/checkpoint';

/** A cell run by PyTorch in double precision; see test/fixtures/cells/reference.py. */
export interface ReferenceCase {
  readonly cell: CellName;
  readonly options: CellOptions;
  readonly direction: Direction;
  readonly lengths: number[] | null;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** All widths of the layer. */
  readonly sizes: Sizes;
  readonly steps: number;
  readonly batch: number;
  readonly weights: Readonly<Record<string, number[]>>;
  readonly input: number[];
  readonly initialStates: number[][];
  /** What the next layer sees, and every gate and state: [steps, batch, width], zero at padding. */
  readonly hidden: number[];
  readonly gates: Readonly<Record<string, number[]>>;
  readonly states: Readonly<Record<string, number[]>>;
  /** The gradients are those of Σ cotangent ∘ hidden. */
  readonly cotangent: number[];
  readonly gradients: {
    readonly weights: Readonly<Record<string, number[]>>;
    readonly input: number[];
    readonly initialStates: number[][];
  };
}

const file = new URL('../../../fixtures/cells/reference.json', import.meta.url);
const stored = JSON.parse(readFileSync(file, 'utf8')) as readonly Omit<ReferenceCase, 'sizes'>[];

export const referenceCases: readonly ReferenceCase[] = stored.map((reference) => ({
  ...reference,
  sizes: cellNamed(reference.cell, reference.options).sizes(reference.inputSize, reference.hiddenSize),
}));

export const titleOf = ({ cell, options, direction, lengths, inputSize, hiddenSize }: ReferenceCase): string =>
  `${cell} ${JSON.stringify(options)} ${inputSize} → ${hiddenSize} ${direction}${lengths ? ' with padding' : ''}`;

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
