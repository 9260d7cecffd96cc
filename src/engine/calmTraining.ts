import type { TrainingProgress } from '../protocol/trainingApi';

/** How often a step is told, in milliseconds. */
const betweenSteps = 100;

/** Passes on what a training tells, but of its steps at most ten a second, and of equal phases one. */
export function calmTraining(
  pass: (progress: TrainingProgress) => void,
  now: () => number = () => performance.now(),
): (progress: TrainingProgress) => void {
  let phase = '';
  let last = -Infinity;
  return (progress) => {
    if (progress.kind === 'epoch') return pass(progress);
    if (progress.kind === 'phase') {
      const wording = progress.phase.replace(/\d+/g, '');
      if (wording === phase && now() - last < betweenSteps) return;
      phase = wording;
    } else if (now() - last < betweenSteps) return;
    last = now();
    pass(progress);
  };
}
