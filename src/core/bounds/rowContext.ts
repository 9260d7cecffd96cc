import type { BoundedClass } from './classes/boundedClass';
import type { BoundedNetwork } from './classes/boundedNetwork';
import type { BoundQuestion } from './boundQuestion';
import type { Margins } from './margins/margins';

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
  /** The one-layer network that theorems are about, or why the checkpoint is none. */
  readonly network: () => BoundedNetwork | string;
  /** The class around it with the constants of the theorem about its cell. */
  readonly theorem: () => BoundedClass | string;
  /** The class around the checkpoint with the constants of the majorant calculus. */
  readonly calculus: () => BoundedClass | string;
}
