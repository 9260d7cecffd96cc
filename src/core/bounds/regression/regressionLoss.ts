import type { Declarations } from '../../declarations';
import { gammaGrid } from '../classes/selectionCost';

/** A loss in [0, 1] of the distance between prediction and label: min(1, ‖y − z‖/a) or min(1, ‖y − z‖²/a²) (theory 1.8). */
export interface RegressionLoss {
  readonly kind: 'absolute' | 'squared';
  /** a. */
  readonly scale: number;
  /** The part of the data whose labels a was chosen from, which is paid for; null: declared in advance. */
  readonly chosenFrom: 'training' | 'heldOut' | null;
}

/** The loss of an answer that is this far from its label; a distance that is not a number is as bad as any. */
export function lossOf({ kind, scale }: RegressionLoss, distance: number): number {
  if (!(distance < scale)) return 1;
  const share = distance / scale;
  return kind === 'absolute' ? share : share * share;
}

/** How fast the loss can grow with the scores, in the norm that measures the distance. */
export const lipschitzOf = ({ kind, scale }: RegressionLoss): number => (kind === 'absolute' ? 1 : 2) / scale;

/** How many choices from Γ after seeing the data a row about this part has to pay for: one where a was chosen from it. */
export const scaleChoices = ({ chosenFrom }: RegressionLoss, part: 'training' | 'heldOut'): number =>
  chosenFrom === part ? 1 : 0;

/**
 * The declared loss; where no scale is declared, a is the smallest point of Γ that is not below the spread of the labels (the
 * root of their mean squared distance from their mean), so that the bound reads as a share of what there was to predict. Null
 * where the spread is beyond Γ.
 */
export function regressionLoss(
  { loss }: Declarations,
  spread: number,
  chosenFrom: 'training' | 'heldOut',
): RegressionLoss | null {
  const kind = loss?.kind ?? 'absolute';
  if (loss?.scale !== undefined) return { kind, scale: loss.scale, chosenFrom: null };
  const scale = gammaGrid.find((point) => point >= spread);
  return scale === undefined ? null : { kind, scale, chosenFrom };
}
