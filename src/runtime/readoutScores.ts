import { variable } from '../core/cells/language';
import { readoutSizes, scoresExpression } from '../core/cells/readout';
import type { Checkpoint, Direction, Readout } from '../core/checkpoint';
import { networkReadout, readoutDense, readoutMatrices } from '../core/checkpointReadout';
import { calculation } from '../core/interpret/calculation';
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
 * V [h; …] + c, or what several dense layers make of [h; …], as the checkpoint's readout was read, in float64 and in the order
 * [batch, steps, width] of the model's own scores, as many of the first of them as `mostProducts` allows (one position at
 * least), from what the layers that it reads hand on, in its order. The last h is that of the last step a layer took for the
 * sequence, the first of the sequence in a reverse layer; a mean is over all steps of the batch, as the model's own is. null
 * where that is not the whole story: a readout that was not understood, or scores of another shape.
 */
export function readoutScores(
  { layers, readout }: Checkpoint,
  handedOn: readonly HandedOn[],
  scores: Scores,
): Float32Array | null {
  const [first] = handedOn;
  if (!first || !readout?.weights || readout.steps === 'other' || handedOn.length !== readout.layers.length)
    return null;
  const { steps, batch } = first.run;
  if (handedOn.some(({ run }) => run.steps !== steps || run.batch !== batch)) return null;
  const wanted = readout.steps === 'every' ? steps : 1;
  const width = readout.weights.rows;
  const widths = handedOn.map(({ hidden }) => hidden.length / (steps * batch));
  const size = widths.reduce((sum, each) => sum + each, 0);
  if (wanted !== scores.steps || width !== scores.width || readoutDense(readout)[0]!.weights.columns !== size)
    return null;
  const dense = denseLayers(readout, size);
  const products = readoutDense(readout).reduce((sum, { weights }) => sum + weights.values.length, 0);
  const positions = Math.min(batch * wanted, Math.ceil(mostProducts / products));
  const answer = new Float32Array(positions * width);
  for (let position = 0; position < positions; position++) {
    const b = Math.floor(position / wanted);
    let start = 0;
    for (const [k, { hidden, run }] of handedOn.entries()) {
      const own = widths[k]!;
      const at = (step: number): Float32Array =>
        hidden.subarray((step * batch + b) * own, (step * batch + b + 1) * own);
      const last = lastStep(run, b, layers[readout.layers[k]!]!.direction);
      if (readout.steps === 'mean') dense.read.set(meanOf(Array.from({ length: steps }, (_, step) => at(step))), start);
      else dense.read.set(at(readout.steps === 'last' ? last : position % wanted), start);
      start += own;
    }
    dense.run();
    answer.set(dense.scores, position * width);
  }
  return answer;
}

/** The dense layers of a readout as numbers: what they read, how to work them out, and the scores. */
function denseLayers(readout: Readout, size: number) {
  const network = networkReadout(readout, [], 'last');
  const read = variable('row', 'read');
  const root = scoresExpression(network, [read]);
  const sizes = { input: size, hidden: size, read: size, ...Object.fromEntries(readoutSizes(network)) };
  const weights = new Map(readoutMatrices(readout).map(({ name, matrix }) => [name, Float64Array.from(matrix.values)]));
  const { run, valueOf } = calculation([root], weights, sizes);
  return { read: valueOf(read), run, scores: valueOf(root) };
}

function meanOf(rows: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let k = 0; k < mean.length; k++) mean[k]! += row[k]! / rows.length;
  return mean;
}

const lastStep = ({ steps, lengths }: HandedOn['run'], b: number, direction: Direction): number =>
  direction === 'reverse' ? 0 : Math.max(0, (lengths?.[b] ?? steps) - 1);
