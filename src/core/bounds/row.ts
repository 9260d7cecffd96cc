import type { Checkpoint } from '../checkpoint';
import type { BoundResult, BoundStatus, NearbyKind } from '../report';
import type { CellKind, Norm } from './classes/networkClass';
import type { RowContext } from './rowContext';

/** What a row is called and what it is worth, before anything is known about the checkpoint. */
export interface RowHeader {
  readonly id: string;
  readonly status: BoundStatus;
  readonly p: Norm | null;
  /** Paper and equation. */
  readonly source: string;
  /** The network near the checkpoint that the bound is about. @default the checkpoint itself */
  readonly about?: NearbyKind;
}

/** One theorem in one norm. */
export interface Row {
  readonly header: RowHeader;
  readonly answer: (context: RowContext) => BoundResult;
}

/** All that the list of rows may depend on: no number that was measured, as δ is split over the list (theory rule R3). */
export interface RowShape {
  /** Its cells, layers and widths. */
  readonly checkpoint: Checkpoint;
  /** Of a network with one layer of a cell that Chen, Li & Zhao wrote a theorem about, or of the GRU; else null. */
  readonly cell: CellKind | null;
  /** Whether the majorant calculus has rows of its own. */
  readonly hasCalculus: boolean;
  readonly task: 'classification' | 'regression';
}

/** The rows of one theorem or one family of theorems. */
export type RowFamily = (shape: RowShape) => readonly Row[];
