import { variable } from '../cells/language';
import { outputWidth, placedLayers, placedName, type Network, type NetworkLayer } from '../cells/network';
import { readoutSizes, scoresExpression } from '../cells/readout';
import { widthOf } from '../cells/sizes';
import { calculation } from './calculation';
import { evaluate, type Evaluation } from './evaluate';

/** Sequences that a network reads, time-major. */
export interface NetworkBatch {
  /** [steps, batch, input size]. */
  readonly input: Float64Array;
  readonly steps: number;
  readonly batch: number;
  /** Steps of each sequence that are not padding. @default all of them */
  readonly lengths?: Int32Array | null;
  /** By their names in the network (`layer1.h`), [batch, size]. @default zero */
  readonly initialStates?: ReadonlyMap<string, Float64Array> | null;
}

export interface NetworkEvaluation {
  /** Of each layer: what it hands on as `hidden`, the residual connection included, and its gates and states by their own names. */
  readonly layers: readonly Evaluation[];
  /** [steps, batch, outputs], zero where there is padding, or [batch, outputs] after the last step; null without a readout. */
  readonly scores: Float64Array | null;
}

/**
 * Reads a network as numbers, in float64, layer by layer. Weights are named as in the network: `layer1.W_f`, `V`, `c`. Throws
 * a Problem where widths do not fit together.
 */
export function evaluateNetwork(
  network: Network,
  weights: ReadonlyMap<string, Float64Array>,
  sequences: NetworkBatch,
): NetworkEvaluation {
  placedLayers(network);
  const layers: Evaluation[] = [];
  for (const layer of network.layers) {
    const read =
      layer.reads === 'input'
        ? sequences.input
        : sideBySide(network, layer.reads, layers, allRows(sequences), rowItself);
    layers.push(evaluateLayer(layer, weights, read, sequences));
  }
  return { layers, scores: scoresOf(network, weights, layers, sequences) };
}

function evaluateLayer(
  { name, cell, inputSize, hiddenSize, direction, residual }: NetworkLayer,
  weights: ReadonlyMap<string, Float64Array>,
  input: Float64Array,
  { steps, batch, lengths = null, initialStates = null }: NetworkBatch,
): Evaluation {
  const sizes = cell.sizes(inputSize, hiddenSize);
  const prefix = placedName(name, '');
  const own = [...weights].filter(([parameter]) => parameter.startsWith(prefix));
  const result = evaluate(
    cell,
    new Map(own.map(([parameter, values]) => [parameter.slice(prefix.length), values])),
    sizes,
    {
      ...{ input, steps, batch, direction, lengths },
      initialStates: cell.states.map(
        (state) =>
          initialStates?.get(placedName(name, state.name)) ??
          new Float64Array(batch * widthOf(sizes, state.before.size)),
      ),
    },
  );
  if (!residual) return result;
  const hidden = result.hidden.slice();
  const width = widthOf(sizes, cell.output.size);
  const from = residual === true ? 0 : residual.from;
  for (let row = 0; row < steps * batch; row++) {
    if (lengths && Math.floor(row / batch) >= lengths[row % batch]!) continue;
    for (let k = 0; k < width; k++) hidden[row * width + k]! += input[row * sizes.input + from + k]!;
  }
  return { ...result, hidden };
}

/** V [h; …] + c, or what several dense layers make of it, of the rows of hidden states that the readout sees. */
function scoresOf(
  network: Network,
  weights: ReadonlyMap<string, Float64Array>,
  layers: readonly Evaluation[],
  { steps, batch, lengths = null }: NetworkBatch,
): Float64Array | null {
  const { readout } = network;
  if (!readout) return null;
  const { outputs } = readout;
  const isEvery = readout.steps === 'every';
  const answers = isEvery ? steps * batch : batch;
  const lastRow = (entry: number, { direction }: NetworkLayer): number =>
    (direction === 'reverse' ? 0 : (lengths?.[entry] ?? steps) - 1) * batch + entry;
  const read =
    readout.steps === 'mean'
      ? means(network, readout.layers, layers, { steps, batch, lengths })
      : sideBySide(network, readout.layers, layers, answers, isEvery ? rowItself : lastRow);
  const width = read.length / answers;
  const row = variable('row', 'read');
  const root = scoresExpression(readout, [row]);
  const sizes = { input: width, hidden: width, read: width, ...Object.fromEntries(readoutSizes(readout)) };
  const { run, valueOf } = calculation([root], weights, sizes);
  const scores = new Float64Array(answers * outputs);
  for (let answer = 0; answer < answers; answer++) {
    if (isEvery && lengths && Math.floor(answer / batch) >= lengths[answer % batch]!) continue;
    valueOf(row).set(read.subarray(answer * width, (answer + 1) * width));
    run();
    scores.set(valueOf(root), answer * outputs);
  }
  return scores;
}

const allRows = ({ steps, batch }: NetworkBatch): number => steps * batch;
const rowItself = (row: number): number => row;

/** [rows, width of all the layers together]; `rowOf` says which row of [steps, batch] of a layer each row is. */
function sideBySide(
  network: Network,
  indices: readonly number[],
  layers: readonly Evaluation[],
  rows: number,
  rowOf: (row: number, layer: NetworkLayer) => number,
): Float64Array {
  const parts = indices.map((k) => ({ layer: network.layers[k]!, hidden: layers[k]!.hidden }));
  const total = parts.reduce((sum, { layer }) => sum + outputWidth(layer), 0);
  const result = new Float64Array(rows * total);
  for (let row = 0; row < rows; row++) {
    let start = row * total;
    for (const { layer, hidden } of parts) {
      const width = outputWidth(layer);
      const from = rowOf(row, layer) * width;
      result.set(hidden.subarray(from, from + width), start);
      start += width;
    }
  }
  return result;
}

/** [batch, width of all the layers together]: means over the steps of each sequence. */
function means(
  network: Network,
  indices: readonly number[],
  layers: readonly Evaluation[],
  { steps, batch, lengths }: Pick<NetworkBatch, 'steps' | 'batch' | 'lengths'>,
): Float64Array {
  const all = sideBySide(network, indices, layers, steps * batch, rowItself);
  const width = all.length / (steps * batch);
  const result = new Float64Array(batch * width);
  for (let entry = 0; entry < batch; entry++) {
    const length = lengths?.[entry] ?? steps;
    for (let step = 0; step < length; step++) {
      const start = (step * batch + entry) * width;
      for (let k = 0; k < width; k++) result[entry * width + k]! += all[start + k]! / length;
    }
  }
  return result;
}
