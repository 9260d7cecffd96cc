import type { MeasuredNetwork } from '../analysis/measureNetwork';
import type { Checkpoint } from '../checkpoint';
import type { Declarations } from '../declarations';
import type { Agreement } from '../observations';
import type { InputGroup } from './classes/inputGroups';
import type { Margins } from './margins/margins';
import type { NearbyRuns } from './nearby/nearbyRuns';
import type { RegressionSample } from './regression/regressionSample';
import type { TangentKernelRun } from './nearby/tangentKernel';

/** What the theorems need to know of the user's sequences; margins are as computed, without any slack. */
export interface BoundSample {
  /** null without labels. */
  readonly task: 'classification' | 'regression' | null;
  /** Of the sequences that trained the checkpoint; null when there are none, or no margins. */
  readonly training: Margins | null;
  /** Of the sequences it has never seen; null when there are none, or no margins. */
  readonly heldOut: Margins | null;
  /** How far the answers are from the labels, where the labels are numbers and the scores can be compared with them. @default null */
  readonly regression?: RegressionSample | null;
  /** Why labelled sequences have no margins or distances; null when they have, or when there are no labels. */
  readonly withheld: string | null;
  /** Classes, or 1 for a scalar score; null when there are no scores. */
  readonly scoreWidth: number | null;
  /** Whether there is a label for every step. */
  readonly everyStep: boolean;
  /** The shortest and the longest training sequence; null when there are none. */
  readonly lengths: { readonly shortest: number; readonly longest: number } | null;
  /** The largest norms of what the first recurrent layer reads; null when they could not be observed. */
  readonly inputNorm: { readonly two: number; readonly inf: number } | null;
  /** The training sequences by norm and length; null where their norms are not known one by one. @default null */
  readonly inputGroups?: readonly InputGroup[] | null;
  /** Whether the scores were compared with V h + c. */
  readonly readoutCompared: boolean;
  /** Whether the file describes a network and holds another graph than that describes. @default false */
  readonly otherGraph?: boolean;
  /** Whether the data hold a state to start from. */
  readonly stateGiven: boolean;
}

/** Everything a theorem may ask about one checkpoint. */
export interface BoundQuestion {
  readonly checkpoint: Checkpoint;
  readonly measured: MeasuredNetwork;
  readonly declarations: Declarations;
  /** How well our reading of the layers reproduced the model; null when it was not run. */
  readonly agreement: Agreement | null;
  /** null when there are no sequences. */
  readonly sample: BoundSample | null;
  /** The checkpoint that the training started from, which radii and priors are then measured from. @default zero */
  readonly reference?: Reference | null;
  /** What networks near the checkpoint did, or why none could be run; null: they were not asked for. @default null */
  readonly nearby?: NearbyRuns | string | null;
  /** What its kernel at random weights says of the labels, or why there is none; null: it was not asked for. @default null */
  readonly tangentKernel?: TangentKernelRun | string | null;
}

/** A network that was fixed before the data: its weights A₀, and how far the checkpoint's own are from them, A − A₀. */
export interface Reference {
  /** The base name of its file. */
  readonly file: string;
  readonly start: Pick<BoundQuestion, 'checkpoint' | 'measured'>;
  readonly distance: Pick<BoundQuestion, 'checkpoint' | 'measured'>;
}

/** The largest relative error at which our reading of the layers still counts as the model itself. */
export const agreementTolerance = 1e-4;

export const defaultDelta = 0.05;
