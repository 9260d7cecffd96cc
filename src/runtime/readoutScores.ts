import type { Checkpoint, Direction } from '../core/checkpoint';
import type { LayerRun, ModelRun } from './modelRunner';

type Scores = NonNullable<ModelRun['scores']>;

/** What one layer handed on, as its equations give it. */
export interface HandedOn {
  /** [steps, batch, width]. */
  readonly hidden: Float32Array;
  readonly run: Pick<LayerRun, 'steps' | 'batch' | 'lengths'>;
}

/** How many products one run may cost: a large vocabulary at every step would take longer than the model itself. */
const mostProducts = 2 ** 24;

/**
 * V [h; …] + c as the checkpoint's readout was read, in the order [batch, steps, width] of the model's own scores, as many of
 * the first of them as `mostProducts` allows (one position at least), from what the layers that it reads hand on, in its
 * order. The last h is that of the last step a layer took for the sequence, the first of the sequence in a reverse layer.
 * null where that is not the whole story: a readout that is not linear, or scores of another shape.
 */
export function readoutScores(
  { layers, readout }: Checkpoint,
  handedOn: readonly HandedOn[],
  scores: Scores,
): Float32Array | null {
  const [first] = handedOn;
  if (!first || !readout?.linear || !readout.weights || handedOn.length !== readout.layers.length) return null;
  const { steps, batch } = first.run;
  if (handedOn.some(({ run }) => run.steps !== steps || run.batch !== batch)) return null;
  const wanted = readout.steps === 'every' ? steps : readout.steps === 'last' ? 1 : 0;
  const { rows: width, columns: size, values: weights } = readout.weights;
  const widths = handedOn.map(({ hidden }) => hidden.length / (steps * batch));
  if (wanted !== scores.steps || width !== scores.width || size !== widths.reduce((sum, each) => sum + each, 0))
    return null;
  const positions = Math.min(batch * wanted, Math.ceil(mostProducts / (width * size)));
  const answer = new Float32Array(positions * width);
  const read = new Float32Array(size);
  for (let position = 0; position < positions; position++) {
    const b = Math.floor(position / wanted);
    let start = 0;
    for (const [k, { hidden, run }] of handedOn.entries()) {
      const last = lastStep(run, b, layers[readout.layers[k]!]!.direction);
      const step = readout.steps === 'last' ? last : position % wanted;
      const own = widths[k]!;
      read.set(hidden.subarray((step * batch + b) * own, (step * batch + b + 1) * own), start);
      start += own;
    }
    for (let row = 0; row < width; row++) {
      let sum = readout.bias?.values[row] ?? 0;
      for (let k = 0; k < size; k++) sum += weights[row * size + k]! * read[k]!;
      answer[position * width + row] = sum;
    }
  }
  return answer;
}

const lastStep = ({ steps, lengths }: HandedOn['run'], b: number, direction: Direction): number =>
  direction === 'reverse' ? 0 : Math.max(0, (lengths?.[b] ?? steps) - 1);
