import { marginLoss, rampLoss, sequenceCount, withSlack, type LossTable, type Margins } from './margins';
import { gammaGrid } from '../classes/selectionCost';

/** Empirical losses on the grid of γ; margins are lowered by the slack of rule R9. */
export function lossesOnGrid(kind: 'ramp' | 'margin', margins: Margins): readonly number[] {
  if (margins.table) return margins.table[kind];
  const lowered = withSlack(margins);
  const loss = kind === 'ramp' ? rampLoss : marginLoss;
  return gammaGrid.map((gamma) => loss(lowered, gamma));
}

/** The same margins for every row, without their values: a few hundred numbers, however many sequences there are. */
export const tabulated = (margins: Margins): Margins & { readonly table: LossTable } => ({
  values: new Float64Array(),
  starts: new Int32Array(),
  table: margins.table ?? {
    sequences: sequenceCount(margins),
    errors: marginLoss(margins, 0),
    ramp: lossesOnGrid('ramp', margins),
    margin: lossesOnGrid('margin', margins),
  },
});
