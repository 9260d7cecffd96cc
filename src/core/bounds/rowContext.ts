import type { BoundQuestion } from './boundQuestion';
import type { Margins } from './margins';

/** Everything the rows of one report share. */
export interface RowContext {
  readonly question: BoundQuestion;
  readonly delta: number;
  /** δ over the number of certified rows. */
  readonly share: number;
  /** How many certified rows there are. */
  readonly rows: number;
  /** Empirical losses on the grid of γ. */
  readonly losses: (kind: 'ramp' | 'margin', margins: Margins) => readonly number[];
}
