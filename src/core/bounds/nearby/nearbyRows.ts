import type { BoundResult } from '../../report';
import { compressionRow, waitsForQuantised } from './compressionRow';
import { gibbsRow, waitsForNoise } from './gibbsRow';
import { rivasplataRow } from './rivasplataRow';
import type { RowFamily } from '../row';

/** The rows about networks near the checkpoint, which wait until somebody asks for their runs. */
export const nearbyRows: RowFamily = () => [gibbsRow, rivasplataRow, compressionRow];

/** Whether runs would give some of these rows a number: not where an assumption fails, or labels are missing. */
export const waitForRuns = (bounds: readonly BoundResult[]): boolean =>
  bounds.some(({ reason }) => reason === waitsForNoise || reason === waitsForQuantised);
