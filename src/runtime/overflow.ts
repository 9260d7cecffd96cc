import type { RecurrentLayer } from '../core/checkpoint';
import type { LayerRun } from './modelRunner';

/** Sums inside a step overflow before the states do, in an order that is each runtime's own: from here on nothing agrees. */
const nearOverflow = 2 ** 100;

/**
 * For each column of a run, how many steps the layer computed before its hidden states came near the largest float32; null
 * when all of them stayed below. What follows is Inf − Inf or max(0, NaN) and depends on the runtime alone. A layer that
 * shows only its last states shows no such steps; there the answer is 0 or all.
 */
export function stepsBeforeOverflow(
  { output, outputSteps, steps, batch }: LayerRun,
  { direction }: Pick<RecurrentLayer, 'direction'>,
): Int32Array | null {
  if (isModerate(output)) return null;
  const shown = outputSteps === 'every' ? steps : 1;
  const size = output.length / (shown * batch);
  const before = new Int32Array(batch).fill(steps);
  for (let k = shown - 1; k >= 0; k--) {
    const step = direction === 'reverse' ? shown - 1 - k : k;
    for (let b = 0; b < batch; b++) {
      const from = (step * batch + b) * size;
      if (!isModerate(output.subarray(from, from + size))) before[b] = k;
    }
  }
  return before;
}

function isModerate(values: Float32Array): boolean {
  for (let k = 0; k < values.length; k++) if (!(Math.abs(values[k]!) <= nearOverflow)) return false;
  return true;
}
