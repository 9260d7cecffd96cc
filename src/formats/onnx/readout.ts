import type { Readout } from '../../core/checkpoint';
import type { OnnxScores } from '../loadedCheckpoint';
import { axisSize, hasRole } from './axes';
import type { Axis } from './axes';
import type { Constant, Constants } from './constants';
import type { Flow, Path } from './flow';
import { settledMoment } from './surroundings';
import type { FollowedGraph } from './followGraph';
import type { OnnxValue } from './model';
import { requireFinite } from './recurrentOperator';
import { transposed } from './arrayOperations';

/** The tensor with the scores for each output that a recurrent layer reaches. */
export function scoreTensors({ flows }: FollowedGraph, outputs: readonly OnnxValue[]): readonly OnnxScores[] {
  return outputs.flatMap(({ name }) => {
    const flow = flows.get(name);
    if (flow === undefined || flow.layers.length === 0) return [];
    const { tensor, axes } = flow.beforeActivation ?? { tensor: name, axes: flow.axes };
    return [{ output: name, tensor, axes: axes && scoreAxes(axes) }];
  });
}

function scoreAxes(axes: readonly Axis[]): OnnxScores['axes'] {
  const find = (role: 'batch' | 'time'): number | null => {
    const at = axes.findIndex((axis) => hasRole(axis, role));
    return at < 0 ? null : at;
  };
  const [batch, time] = [find('batch'), find('time')];
  // An axis that joins both cannot be told apart by position alone.
  return batch !== null && batch === time ? null : { batch, time };
}

/**
 * The readout that ends in the most score-like output: one that reads hidden states through something, rather than a
 * state that is handed out to be fed in again. null when no recurrent layer of the outermost graph reaches an output.
 */
export function findReadout(
  graph: FollowedGraph,
  outputs: readonly OnnxValue[],
  constants: Constants,
  file: string,
): Readout | null {
  const ranked = outputs
    .map((output) => ({ output, flow: graph.flows.get(output.name) }))
    .filter((candidate): candidate is { output: OnnxValue; flow: Flow } => (candidate.flow?.layers.length ?? 0) > 0)
    .map((candidate) => ({ ...candidate, rank: rankOf(candidate.flow) }))
    .sort((p, q) => p.rank - q.rank);
  const best = ranked[0];
  if (best === undefined || best.rank > 3) return null;
  const { output, flow } = best;
  const settled = settledMoment(flow, { directionOf: (layer) => graph.layers[layer]!.direction });
  // Every step is read only where the time axis can still be seen; a mean over time has lost it.
  const moment = settled === 'every' && !flow.axes?.some((axis) => hasRole(axis, 'time')) ? 'other' : settled;
  const dense = flow.notLinear === null ? flow.dense : null;
  const weights = dense && denseWeights(dense.weights, dense.inputsFirst, dense.factor, graph, constants, file);
  const bias = dense?.bias ? constants(dense.bias, graph.scope) : null;
  if (bias !== null) requireFinite(bias, file);
  const wide =
    weights &&
    graph.layers.length > 0 &&
    weights.columns === flow.layers.reduce((sum, layer) => sum + graph.layers[layer]!.hiddenSize, 0);
  const linear = weights !== null && wide === true;
  const reason =
    flow.notLinear ??
    (dense === null
      ? 'There is no dense layer between the hidden states and the output.'
      : wide
        ? null
        : `The dense layer "${dense.node}" does not read exactly the hidden states.`);
  return {
    layers: flow.layers,
    steps: moment === 'every' || moment === 'last' ? moment : 'other',
    linear,
    reason: linear ? null : reason,
    weights: linear ? weights : null,
    bias:
      linear && bias
        ? {
            rows: weights.rows,
            columns: 1,
            values: biasValues(bias, weights.rows, dense.biasFactor),
            tensor: bias.tensor,
          }
        : null,
    chain: chainOf(flow.path),
    finalActivation: flow.activation,
    output: output.name,
    outputs: weights?.rows ?? widthOf(flow, output),
  };
}

/** Lower is better; 4 and more is no readout. */
function rankOf(flow: Flow): number {
  const readsCell = flow.notLinear?.startsWith('It reads the cell state') ?? false;
  if (readsCell && flow.unchanged) return 4;
  if (flow.dense !== null) return 0;
  if (!flow.unchanged) return readsCell ? 4 : 1;
  if (flow.notLinear !== null) return 4;
  return flow.moment === 'last' ? 3 : 2;
}

function denseWeights(
  name: string,
  inputsFirst: boolean,
  factor: number,
  graph: FollowedGraph,
  constants: Constants,
  file: string,
) {
  const stored = constants(name, graph.scope);
  const matrix = stored && (inputsFirst ? transposed(stored, [1, 0]) : stored);
  if (stored === null || matrix === null) return null;
  requireFinite(stored, file);
  const [rows = 0, columns = 0] = matrix.dims;
  return {
    rows,
    columns,
    values: factor === 1 ? matrix.values : matrix.values.map((value) => factor * value),
    tensor: stored.tensor,
  };
}

/** A bias of one number is added to every score. */
function biasValues(bias: Constant, rows: number, factor: number): Float32Array | Float64Array {
  const values = bias.kind === 'float64' ? new Float64Array(rows) : new Float32Array(rows);
  for (let i = 0; i < rows; i++) values[i] = factor * bias.values[bias.values.length === 1 ? 0 : i]!;
  return values;
}

function chainOf(path: Path | null): { name: string; operation: string }[] {
  const chain: { name: string; operation: string }[] = [];
  for (let at = path; at !== null; at = at.before) chain.push({ name: at.name, operation: at.operation });
  return chain.reverse();
}

/** How many scores a step has: the product of the axes that are neither batch nor time. */
function widthOf(flow: Flow, output: OnnxValue): number {
  const sizes = (flow.axes ?? []).filter((axis) => !hasRole(axis, 'batch') && !hasRole(axis, 'time')).map(axisSize);
  if (sizes.length > 0 && !sizes.includes(null))
    return sizes.reduce<number>((product, size) => product * (size ?? 1), 1);
  const last = output.shape?.at(-1);
  return typeof last === 'number' ? last : 1;
}
