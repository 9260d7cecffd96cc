import type { ConstrainedWeight } from '../../core/training/keptTo';
import type { TrainingStep } from './trainingStep';

/**
 * The step of a network that reads rows of a table, whose gradient is what the gradients of the inputs add up to, row by row;
 * the table is the last of the weights.
 *
 * @param step one that was asked for the gradient of what the network reads.
 */
export function embeddedStep(step: TrainingStep, table: ConstrainedWeight): TrainingStep {
  const width = table.dims[1]!;
  return {
    weights: [...step.weights, table],
    async run(weights, batch, states) {
      const result = await step.run(weights.slice(0, -1), batch, states);
      const gradient = new Float32Array(weights.at(-1)!.length);
      for (const [place, symbol] of batch.symbols!.entries()) {
        if (symbol < 0) continue;
        for (let k = 0; k < width; k++) {
          gradient[symbol * width + k] = gradient[symbol * width + k]! + result.inputGradient![place * width + k]!;
        }
      }
      return { ...result, gradients: [...result.gradients, gradient] };
    },
    dispose: () => step.dispose(),
  };
}
