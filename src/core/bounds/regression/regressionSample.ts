import type { Split } from '../../analysis/split';
import type { Declarations } from '../../declarations';
import type { Observations } from '../../observations';
import type { Labels } from '../../sequences';
import { labelledDistances, labelSpread, type Distances } from '../classes/distances';
import { meanOverSequences } from '../margins/margins';
import { lossOf, regressionLoss, type RegressionLoss } from './regressionLoss';
import { gammaGrid } from '../classes/selectionCost';

/** The losses of one part of the data in one norm; means over sequences, of each its mean over steps. */
export interface NormLosses {
  /** The mean loss, in [0, 1]. */
  readonly loss: number;
  /** The share of answers with ‖y − z‖ > a − g, for each g of Γ. */
  readonly exceedance: readonly number[];
  /** The share with ‖y − z‖ > a. */
  readonly beyond: number;
}

/** What the rows need to know of how far one part's answers are from their labels: numbers, however many sequences there are. */
export interface RegressionLosses {
  readonly sequences: number;
  /** By the norm that measures the distance. */
  readonly two: NormLosses;
  readonly inf: NormLosses;
}

/** How far answers are from numeric labels. */
export interface RegressionSample {
  readonly loss: RegressionLoss;
  /** Of the labels that a is, or would be, chosen from. */
  readonly spread: number;
  /** Distances raised by the slack of theory rule R9; null without such sequences. */
  readonly training: RegressionLosses | null;
  /** Distances as computed; null without such sequences. */
  readonly heldOut: RegressionLosses | null;
  /** Mean Euclidean distance and its mean square, as computed, before anything is cut; null without such sequences. */
  readonly errors: { readonly training: MeanErrors | null; readonly heldOut: MeanErrors | null };
}

export interface MeanErrors {
  readonly absolute: number;
  readonly squared: number;
}

/** The slack of theory rule R9. */
const slack = 1e-5;

/**
 * What scores and numeric labels say about a regression, or why there is no loss.
 *
 * @throws Problem where labels and scores do not have the same width or the same steps.
 */
export function regressionSample(
  { scores, lengths }: { readonly scores: NonNullable<Observations['scores']>; readonly lengths: Int32Array },
  labels: Extract<Labels, { kind: 'values' }>,
  { training, heldOut }: Split,
  declarations: Declarations,
): RegressionSample | string {
  const chosenFrom = training.length > 0 ? 'training' : 'heldOut';
  const spread = labelSpread(scores, labels, lengths, chosenFrom === 'training' ? training : heldOut);
  const loss = regressionLoss(declarations, spread, chosenFrom);
  if (loss === null) {
    return `The labels spread by ${spread.toPrecision(3)}, beyond the largest scale of the grid, 2^20: declare "loss": {"scale": …} in the sidecar, or save labels in a larger unit.`;
  }
  const at = (members: readonly number[], raise: number): Distances | null =>
    members.length === 0
      ? null
      : labelledDistances(scores, labels, lengths, members, { slack: raise, scale: loss.scale });
  const asComputed = { training: at(training, 0), heldOut: at(heldOut, 0) };
  const raised = at(training, slack);
  return {
    loss,
    spread,
    training: raised && lossesOf(raised, loss),
    heldOut: asComputed.heldOut && lossesOf(asComputed.heldOut, loss),
    errors: {
      training: asComputed.training && meanErrors(asComputed.training),
      heldOut: asComputed.heldOut && meanErrors(asComputed.heldOut),
    },
  };
}

function lossesOf({ two, inf, starts }: Distances, loss: RegressionLoss): RegressionLosses {
  const inNorm = (distances: Float64Array): NormLosses => {
    const beyond = (limit: number): number =>
      meanOverSequences({ values: distances, starts }, (d) => (d > limit ? 1 : 0));
    return {
      loss: meanOverSequences({ values: distances, starts }, (d) => lossOf(loss, d)),
      exceedance: gammaGrid.map((g) => (g > loss.scale ? 1 : beyond(loss.scale - g))),
      beyond: beyond(loss.scale),
    };
  };
  return { sequences: starts.length - 1, two: inNorm(two), inf: inNorm(inf) };
}

const meanErrors = ({ two, starts }: Distances): MeanErrors => ({
  absolute: meanOverSequences({ values: two, starts }, (d) => d),
  squared: meanOverSequences({ values: two, starts }, (d) => d * d),
});
