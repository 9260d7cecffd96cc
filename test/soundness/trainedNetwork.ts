import { seededRandom } from '../../src/core/linalg/seededRandom';
import { descend } from '../../scripts/descend';
import { candidate, timeMajor, type Architecture } from './candidate';
import { moved } from './choose';
import type { Population } from './population';
import type { Setting } from './simulate';

/** Every weight trained on the sample by stochastic gradient descent, from random ones that differ from run to run. */
export async function trainedNetwork(
  own: Architecture,
  from: Population,
  options: { readonly steps: number; readonly batch: number; readonly rate: number; readonly scale: number },
): Promise<Setting['choose']> {
  const { input, steps, lengths } = timeMajor(from);
  if (lengths.some((length) => length !== steps))
    throw new Error('The training graph here has no mask: use one length.');
  const training = await descend(own.network);
  const count = from.sequences.length;
  return async (drawn, { uniform }) => {
    const start = moved(own, options.scale, seededRandom(Math.floor(uniform(0, 2 ** 32))), null);
    const trained = await training(start, {
      ...options,
      draw: () => {
        const chosen = Array.from(
          { length: options.batch },
          () => from.outcomes[drawn[Math.floor(uniform(0, drawn.length))]!]!,
        );
        const batch = new Float32Array(steps * options.batch * from.inputSize);
        for (let t = 0; t < steps; t++) {
          for (const [k, { sequence }] of chosen.entries()) {
            const at = (t * count + sequence) * from.inputSize;
            batch.set(input.subarray(at, at + from.inputSize), (t * options.batch + k) * from.inputSize);
          }
        }
        const labels = Int32Array.from(
          { length: chosen[0]!.labels.length * options.batch },
          (_, k) => chosen[k % options.batch]!.labels[Math.floor(k / options.batch)]!,
        );
        return { input: batch, labels, steps };
      },
    });
    return candidate(own, trained, from);
  };
}
