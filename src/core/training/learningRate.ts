/** How the learning rate goes over a training. */
export interface LearningRate {
  /** The largest. */
  readonly peak: number;
  /** `cosine` and `linear` end at zero; `step` multiplies by `factor` after every `every` epochs. */
  readonly schedule:
    | { readonly kind: 'constant' | 'cosine' | 'linear' }
    | { readonly kind: 'step'; readonly every: number; readonly factor: number };
  /** Over so many steps it rises from zero first. */
  readonly warmup: number;
}

/** The learning rate of a step, counted from 0, in a training of so many steps. */
export function learningRateAt(
  { peak, schedule, warmup }: LearningRate,
  step: number,
  { steps, stepsPerEpoch }: { readonly steps: number; readonly stepsPerEpoch: number },
): number {
  if (step < warmup) return (peak * (step + 1)) / (warmup + 1);
  if (schedule.kind === 'constant') return peak;
  if (schedule.kind === 'step') {
    return peak * schedule.factor ** Math.floor(Math.floor(step / stepsPerEpoch) / schedule.every);
  }
  const done = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
  return schedule.kind === 'linear' ? peak * (1 - done) : (peak * (1 + Math.cos(Math.PI * done))) / 2;
}
