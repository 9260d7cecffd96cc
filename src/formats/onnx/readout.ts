import type { Readout, ReadoutDense } from '../../core/checkpoint';
import type { OnnxScores } from '../loadedCheckpoint';
import { axisSize, hasRole } from './axes';
import type { Axis } from './axes';
import type { Constants } from './constants';
import type { Flow, Path } from './flow';
import { settledMoment } from './surroundings';
import type { FollowedGraph } from './followGraph';
import type { OnnxValue } from './model';
import { readDense } from './readoutDense';

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
  // A layer that is told lengths hands on zeros at padding, and the mean is over those too.
  const isPadded = moment === 'mean' && flow.layers.some((layer) => graph.taps[layer]?.sequenceLengths !== undefined);
  const steps = moment === 'other' || moment === 'start' || moment === 'end' || isPadded ? 'other' : moment;
  const found = flow.notLinear === null ? denseLayers(flow, { constants, scope: graph.scope, file }, graph) : null;
  const dense = typeof found === 'string' || found === null ? [] : found;
  const last = dense.at(-1) ?? null;
  return {
    layers: flow.layers,
    steps,
    linear: dense.length === 1,
    reason: flow.notLinear ?? (typeof found === 'string' ? found : isPadded ? meanOfPadding : null),
    ...(dense.length > 1 && { hidden: dense.slice(0, -1) }),
    weights: last?.weights ?? null,
    bias: last?.bias ?? null,
    chain: chainOf(flow.path),
    finalActivation: flow.activation,
    output: output.name,
    outputs: last?.weights.rows ?? widthOf(flow, output),
  };
}

const meanOfPadding =
  'The mean over all steps is over padding too, because the layer is told how long each sequence is and the mean is not.';

/** The dense layers on the way to the scores, or why they are not all that is on it. */
function denseLayers(
  flow: Flow,
  place: Parameters<typeof readDense>[1],
  { layers }: Pick<FollowedGraph, 'layers'>,
): readonly ReadoutDense[] | string {
  const [first] = flow.dense;
  if (!first) return 'There is no dense layer between the hidden states and the output.';
  if (flow.normalized.length > 0) return 'The hidden states or scores are normalized last.';
  let width = flow.layers.reduce((sum, layer) => sum + layers[layer]!.hiddenSize, 0);
  const found: ReadoutDense[] = [];
  for (const dense of flow.dense) {
    const read = readDense(dense, place);
    if (read === null || read.weights.columns !== width) {
      const what = dense === first ? 'the hidden states' : 'what the one before it gives';
      return `The dense layer "${dense.node}" does not read exactly ${what}.`;
    }
    found.push(read);
    width = read.weights.rows;
  }
  return flow.dense.at(-1)!.bent ?? found;
}

/** Lower is better; 4 and more is no readout. */
function rankOf(flow: Flow): number {
  const readsCell = flow.notLinear?.startsWith('It reads the cell state') ?? false;
  if (readsCell && flow.unchanged) return 4;
  if (flow.dense.length > 0) return 0;
  if (!flow.unchanged) return readsCell ? 4 : 1;
  if (flow.notLinear !== null) return 4;
  return flow.moment === 'last' ? 3 : 2;
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
