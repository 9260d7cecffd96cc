import type { Checkpoint } from '../core/checkpoint';
import type { LayerRun, ModelRun } from './modelRunner';

type Scores = NonNullable<ModelRun['scores']>;

/**
 * V h + c as the checkpoint's readout was read, [batch, steps, width] like the model's own scores, from hidden states
 * [steps, batch, hidden size] of the one forward layer it reads. null where that is not the whole story: a readout that is
 * not linear or reads several layers, or a layer that was told where its sequences end.
 */
export function readoutScores(
  { layers, readout }: Checkpoint,
  hidden: Float32Array,
  { steps, batch, lengths }: LayerRun,
  scores: Scores,
): Float32Array | null {
  const layer = readout?.layers.length === 1 ? layers[readout.layers[0]!] : undefined;
  if (!layer || !readout?.linear || !readout.weights || layer.direction !== 'forward' || lengths) return null;
  const wanted = readout.steps === 'every' ? steps : readout.steps === 'last' ? 1 : 0;
  const { rows: width, columns: size, values: weights } = readout.weights;
  if (wanted !== scores.steps || width !== scores.width || size !== layer.hiddenSize) return null;
  const answer = new Float32Array(batch * wanted * width);
  for (let b = 0; b < batch; b++) {
    for (let step = 0; step < wanted; step++) {
      const h = ((steps - wanted + step) * batch + b) * size;
      for (let row = 0; row < width; row++) {
        let sum = readout.bias?.values[row] ?? 0;
        for (let k = 0; k < size; k++) sum += weights[row * size + k]! * hidden[h + k]!;
        answer[(b * wanted + step) * width + row] = sum;
      }
    }
  }
  return answer;
}
