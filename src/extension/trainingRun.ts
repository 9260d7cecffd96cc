import type { TrainingSettings } from '../core/training/trainingSettings';
import type { EpochPoint, TrainingRun } from '../protocol/panelTraining';
import type { RetrainResult, TrainingProgress } from '../protocol/trainingApi';

/** How many steps or epochs of a run are kept for its plots. */
const mostPoints = 240;

/** Runs that are over are compared with others, for which less is enough. */
const mostPointsAfterwards = 120;

/** The quantiles of the margins that are shown: the 5 % of the sequences that are worst off, and their counterpart. */
const quantiles = { low: 0.05, median: 0.5, high: 0.95 };

/** A run that is about to begin. */
export const newRun = (number: number, settings: TrainingSettings): TrainingRun => ({
  ...{ number, settings, status: 'running', phase: 'Starting' },
  ...{ position: null, steps: [], epochs: [], result: null },
});

/**
 * A run after it has told something more. A training that was resumed tells some of its steps and epochs a second time, as it goes
 * on from an earlier moment: the newer ones count.
 */
export function withProgress(run: TrainingRun, progress: TrainingProgress): TrainingRun {
  if (progress.kind === 'phase') return { ...run, phase: progress.phase };
  if (progress.kind === 'step') {
    const { kind: _, ...position } = progress;
    const { epoch, batch, batches, loss } = position;
    const at = epoch - 1 + batch / batches;
    const steps = [...run.steps.filter((step) => step.at < at), { at, loss }];
    return {
      ...{ ...run, position },
      steps: thinned(steps, mostPoints, (step) => step.at),
      epochs: run.epochs.filter((each) => each.epoch < epoch),
    };
  }
  const point = epochPoint(progress);
  return {
    ...run,
    steps: run.steps.filter(({ at }) => at <= point.epoch),
    epochs: thinnedEpochs([...run.epochs.filter(({ epoch }) => epoch < point.epoch), point], mostPoints),
  };
}

/** A run that has come to its end. */
export function endedRun(run: TrainingRun, result: RetrainResult): TrainingRun {
  const { path, report, changes, epoch, ended, seconds, device, notes } = result;
  return {
    ...{ ...run, status: 'ended', phase: 'Ended' },
    steps: thinned(run.steps, mostPointsAfterwards, ({ at }) => at),
    epochs: thinnedEpochs(run.epochs, mostPointsAfterwards),
    result: { path, report, changes, epoch, ended, seconds, device, notes },
  };
}

function epochPoint({ record, isBest, look }: Extract<TrainingProgress, { readonly kind: 'epoch' }>): EpochPoint {
  const quantile = (wanted: number): number =>
    look?.margins?.quantiles.find(({ probability }) => probability === wanted)?.value ?? NaN;
  const { low, median, high } = quantiles;
  const margins = look?.margins && { low: quantile(low), median: quantile(median), high: quantile(high) };
  return {
    ...{ epoch: record.epoch, trainingLoss: record.trainingLoss, validation: record.validation, isBest },
    look: look && { norms: look.norms, bound: look.bound, margins: margins ?? null },
  };
}

/** The best epoch so far stays among them. */
function thinnedEpochs(epochs: readonly EpochPoint[], most: number): readonly EpochPoint[] {
  const best = epochs.findLast(({ isBest }) => isBest);
  return thinned(
    epochs,
    most,
    ({ epoch }) => epoch,
    (each) => each === best,
  );
}

/** At most `most` points and those that are kept anyway: the first, the last, and others at even distances. */
function thinned<Point>(
  points: readonly Point[],
  most: number,
  at: (point: Point) => number,
  isKept: (point: Point) => boolean = () => false,
): readonly Point[] {
  if (points.length <= most) return points;
  const [first, last] = [points[0]!, points.at(-1)!];
  // Half of what is allowed, so that it is some time before the next thinning.
  const distance = (2 * (at(last) - at(first))) / most;
  let shown = -Infinity;
  return points.filter((point) => {
    if (point !== last && !isKept(point) && at(point) - shown < distance) return false;
    shown = at(point);
    return true;
  });
}
