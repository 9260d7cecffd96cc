import { compressionRows } from './compressionRow';
import { gibbsRows } from './gibbsRow';
import { rivasplataRows } from './rivasplataRow';
import type { RowFamily } from './row';

/** The rows about networks near the checkpoint, which wait until somebody asks for their runs. */
export const nearbyRows: RowFamily = (shape) =>
  [gibbsRows, rivasplataRows, compressionRows].flatMap((family) => family(shape));
