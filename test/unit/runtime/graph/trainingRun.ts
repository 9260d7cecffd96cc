import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { trainingGraph, type TrainingGraph, type TrainingOptions } from '../../../../src/runtime/graph/trainingGraph';
import { sessionOptions } from '../../../../src/runtime/sessionOptions';
import { largestError } from '../../core/interpret/referenceCases';
import { trainingReference, type TrainingResult, type TrainingRun } from './trainingReference';

export interface GraphOptions {
  readonly elements: 'float32' | 'float64';
  /** Whether the graph is written out step by step. @default false */
  readonly isUnrolled?: boolean;
  /** Whether targets are given as labels, which they must be shares of 0 and 1 for. @default false */
  readonly asLabels?: boolean;
  /** Whether the graph begins at zero instead of the initial states of the run. @default false */
  readonly beginsAtZero?: boolean;
}

export interface GraphResult extends TrainingResult {
  /** After the last step, by their names in the network. */
  readonly states: ReadonlyMap<string, Float64Array>;
}

/** A training graph of which all is asked, and what it answers for one batch after the other. */
export async function trainingSession(
  { network, loss, steps, lengths, dropout }: TrainingRun,
  { elements, isUnrolled = false, asLabels = false, beginsAtZero = false }: GraphOptions,
): Promise<{ graph: TrainingGraph; answer: (run: TrainingRun) => Promise<GraphResult>; release: () => Promise<void> }> {
  const options: TrainingOptions = {
    ...{ loss, elements, targets: asLabels ? 'labels' : 'values', masked: lengths !== null },
    ...{ initialStates: beginsAtZero ? 'zero' : 'inputs', inputGradient: true },
    ...(isUnrolled && { form: { steps } }),
    ...(dropout && { dropout: true }),
  };
  const graph = trainingGraph(network, options);
  const session = await InferenceSession.create(graph.model, sessionOptions);
  return {
    graph,
    answer: async (run) => {
      const outputs = await session.run(feedsOf(run, graph, elements, asLabels));
      const values = (name: string): Float64Array => Float64Array.from(outputs[name]!.data as Float64Array);
      const named = (list: readonly (readonly [string, string])[]): Map<string, Float64Array> =>
        new Map(list.map(([name, output]) => [name, values(output)]));
      return {
        loss: values('loss')[0]!,
        weights: named(graph.weights.map(({ name, gradient }) => [name, gradient])),
        input: values('d X'),
        initialStates: named(graph.states.map(({ name, gradient }) => [name, gradient])),
        states: named(graph.states.map(({ name }) => [name, name])),
      };
    },
    release: () => session.release(),
  };
}

/** 1 at the steps of each sequence, 0 at padding: [steps, batch]. */
const maskOf = (lengths: Int32Array, steps: number): Float64Array =>
  Float64Array.from({ length: steps * lengths.length }, (_, k) =>
    Math.floor(k / lengths.length) < lengths[k % lengths.length]! ? 1 : 0,
  );

function feedsOf(
  run: TrainingRun,
  graph: TrainingGraph,
  elements: 'float32' | 'float64',
  asLabels: boolean,
): Record<string, Tensor> {
  const tensor = (values: Float64Array, dims: readonly number[]): Tensor =>
    elements === 'float64'
      ? new Tensor('float64', values, dims)
      : new Tensor('float32', Float32Array.from(values), dims);
  const { network, steps, batch } = run;
  const { outputs, steps: answered } = network.readout!;
  const answers = answered === 'every' ? [steps, batch] : [batch];
  const labels = (): Int32Array =>
    Int32Array.from({ length: run.targets.length / outputs }, (_, k) =>
      run.targets.subarray(k * outputs, (k + 1) * outputs).indexOf(1),
    );
  const feeds: Record<string, Tensor> = {
    X: tensor(run.input, [steps, batch, network.inputSize]),
    Y: asLabels ? new Tensor('int32', labels(), answers) : tensor(run.targets, [...answers, outputs]),
    counts: tensor(run.counts, answers),
    ...(run.lengths && { mask: tensor(maskOf(run.lengths, steps), [steps, batch, 1]) }),
  };
  for (const [k, { name }] of network.layers.entries()) {
    const mask = run.dropout?.[k];
    if (mask) feeds[`dropout ${name}.y`] = tensor(mask, [steps, batch, mask.length / (steps * batch)]);
  }
  for (const { name, dims } of graph.weights) feeds[name] = tensor(run.weights.get(name)!, dims);
  for (const { name, width, initial } of graph.states) {
    feeds[initial] = tensor(run.initialStates.get(name)!, [batch, width]);
  }
  return feeds;
}

/** The largest relative error of the loss and of all gradients that come out, which all those of weights do. */
export function largestTrainingError(actual: TrainingResult, expected: TrainingResult): number {
  if (actual.weights.size !== expected.weights.size) return Infinity;
  const errors = [largestError([actual.loss], [expected.loss]), largestError(actual.input, expected.input)];
  for (const kind of ['weights', 'initialStates'] as const) {
    for (const [name, values] of actual[kind]) errors.push(largestError(values, expected[kind].get(name) ?? [NaN]));
  }
  return Math.max(...errors);
}

/** The largest error of a graph for a run against float64 backpropagation through time. */
export async function graphError(run: TrainingRun, options: GraphOptions): Promise<number> {
  const { answer, release } = await trainingSession(run, options);
  const result = await answer(run);
  await release();
  return largestTrainingError(result, trainingReference(run));
}

/** A graph in both types of numbers against float64 backpropagation through time. */
export async function assertAgrees(run: TrainingRun, options: Omit<GraphOptions, 'elements'> = {}): Promise<void> {
  for (const [elements, tolerance] of [
    ['float64', 1e-10],
    ['float32', 1e-4],
  ] as const) {
    const error = await graphError(run, { elements, ...options });
    assert.ok(error < tolerance, `${elements}: ${error}`);
  }
}
