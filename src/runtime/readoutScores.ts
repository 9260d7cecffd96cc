import type { Checkpoint } from '../core/checkpoint';
import type { LayerRun, ModelRun } from './modelRunner';

type Scores = NonNullable<ModelRun['scores']>;

/** How many products one run may cost: a large vocabulary at every step would take longer than the model itself. */
const mostProducts = 2 ** 24;

/**
 * V h + c as the checkpoint's readout was read, in the order [batch, steps, width] of the model's own scores, as many of the
 * first of them as `mostProducts` allows (one position at least), from hidden states [steps, batch, hidden size] of the one
 * forward layer it reads; the last one is that of the last step the layer took for the sequence. null where that is not the
 * whole story: a readout that is not linear, reads several layers, or a reverse one.
 */
export function readoutScores(
  { layers, readout }: Checkpoint,
  hidden: Float32Array,
  { steps, batch, lengths }: LayerRun,
  scores: Scores,
): Float32Array | null {
  const layer = readout?.layers.length === 1 ? layers[readout.layers[0]!] : undefined;
  if (!layer || !readout?.linear || !readout.weights || layer.direction !== 'forward') return null;
  const wanted = readout.steps === 'every' ? steps : readout.steps === 'last' ? 1 : 0;
  const { rows: width, columns: size, values: weights } = readout.weights;
  if (wanted !== scores.steps || width !== scores.width || size !== layer.hiddenSize) return null;
  const positions = Math.min(batch * wanted, Math.ceil(mostProducts / (width * size)));
  const answer = new Float32Array(positions * width);
  for (let position = 0; position < positions; position++) {
    const b = Math.floor(position / wanted);
    const step = wanted === 1 ? Math.max(0, (lengths?.[b] ?? steps) - 1) : position % wanted;
    const h = (step * batch + b) * size;
    for (let row = 0; row < width; row++) {
      let sum = readout.bias?.values[row] ?? 0;
      for (let k = 0; k < size; k++) sum += weights[row * size + k]! * hidden[h + k]!;
      answer[position * width + row] = sum;
    }
  }
  return answer;
}
