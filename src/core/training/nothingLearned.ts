import type { Constraint } from './constraint';
import type { EpochRecord } from './trainingState';

/**
 * A sentence for people where every epoch answered the validation part worse than the checkpoint that the training started
 * from; null where one did not, where nobody knows, or where constraints were asked for, which may cost some of the answers.
 */
export function nothingLearned(history: readonly EpochRecord[], constraints: readonly Constraint[]): string | null {
  const before = history.find(({ epoch }) => epoch === 0)?.validation?.loss;
  if (before === undefined || constraints.length > 0) return null;
  const losses = history.flatMap(({ epoch, validation }) => (epoch > 0 && validation ? [validation.loss] : []));
  if (losses.length === 0 || losses.some((loss) => loss <= before)) return null;
  const [was, best] = [before, Math.min(...losses)].map((loss) => loss.toPrecision(4));
  return `Nothing was learned: no epoch has a smaller validation loss than the checkpoint itself (${was} before, ${best} at best after). Try a smaller learning rate, or keep the checkpoint.`;
}
