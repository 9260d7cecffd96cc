import type { BoundResult } from '../../report';
import { compressionRows, waitsForQuantised } from './compressionRow';
import { gibbsRows, waitsForNoise } from './gibbsRow';
import { rivasplataRows } from './rivasplataRow';
import type { RowFamily } from '../row';

/** The rows about networks near the checkpoint, which wait until somebody asks for their runs. */
export const nearbyRows: RowFamily = (shape) =>
  [gibbsRows, rivasplataRows, compressionRows].flatMap((family) => family(shape));

/** Whether runs would give some of these rows a number: not where an assumption fails, or labels are missing. */
export const waitForRuns = (bounds: readonly BoundResult[]): boolean =>
  bounds.some(({ reason }) => reason === waitsForNoise || reason === waitsForQuantised);
