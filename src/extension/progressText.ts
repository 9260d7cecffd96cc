import type { TrainingRun } from '../protocol/panelTraining';

/** How far a training is, in a few words: "epoch 3 of 10, 42 %, loss 0.1234". */
export function progressText({ status, phase, position }: TrainingRun): string {
  const waits = status === 'paused' ? 'paused, ' : '';
  if (!position || !phase.startsWith('Training')) return `${waits}${phase}`;
  const { epoch, epochs, batch, batches, loss } = position;
  const percent = Math.floor((100 * (epoch - 1 + batch / batches)) / epochs);
  return `${waits}epoch ${epoch} of ${epochs}, ${percent} %, loss ${loss.toPrecision(4)}`;
}
