import { drawnWeights } from '../../core/bounds/nearby/drawnWeights';
import { openMarginRun } from './marginRun';
import type { TrialMargins, TrialResult, Trials, TrialSetup } from './trialSetup';

/** Tries networks in this thread; `own` are the margins of the checkpoint itself. */
export async function openNetworkTrial(setup: TrialSetup, own: TrialMargins): Promise<Trials> {
  const run = await openMarginRun(setup);
  return {
    async run(task) {
      const drawn = task.kind === 'drawn' ? drawnWeights(setup.blocks, task.sigmas, task.seed) : null;
      const margins = await run.margins(task.kind === 'given' ? task.weights : drawn!.weights);
      return { ...meanOverSequences(setup, margins, own), drawn: drawn && drawn.blocks };
    },
    dispose: () => run.dispose(),
  };
}

/**
 * A margin that is not above zero is an error, and so is one that overflowed. Sequences are added up in their own order, so that
 * rounding does not depend on how they were arranged.
 */
export function meanOverSequences(
  { batches, labelSteps }: TrialSetup,
  margins: TrialMargins,
  own: TrialMargins,
): Pick<TrialResult, 'loss' | 'squaredMove'> {
  const losses = new Float64Array(batches.reduce((total, { batch }) => total + batch, 0));
  let squaredMove = 0;
  let next = 0;
  for (const { batch, lengths, places } of batches) {
    for (let entry = 0; entry < batch; entry++) {
      const count = labelSteps === 1 ? 1 : lengths[entry]!;
      let errors = 0;
      let squares = 0;
      for (const end = next + count; next < end; next++) {
        const value = margins[next]!;
        if (!(value > 0 && value < Infinity)) errors++;
        const square = (value - own[next]!) ** 2;
        if (Number.isFinite(square)) squares += square;
      }
      losses[places[entry]!] = errors / count;
      squaredMove += squares / count;
    }
  }
  const loss = losses.reduce((total, own) => total + own, 0) / losses.length;
  return { loss, squaredMove: squaredMove / losses.length };
}
