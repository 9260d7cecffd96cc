/**
 * Gate statistics (our graph with its taps, and the counting) against the bare onnxruntime LSTM operator, which gives hidden
 * states only; and against the same statistics, but for their quantiles, taken inside the graph. Same weights, same sequences,
 * one run, turns taken.
 * Run: npx tsx bench/gateStatistics.ts
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createGateAccumulator } from '../src/core/analysis/gateStatistics';
import { activationRange } from '../src/core/cells/activation';
import { cellNamed } from '../src/core/cells/cells';
import { layerWeights } from '../src/core/cells/layerWeights';
import type { Parameter, RecurrentLayer } from '../src/core/checkpoint';
import { createCellRunner } from '../src/runtime/cellRunner';
import { forwardGraph, initialName } from '../src/runtime/graph/forwardGraph';
import { countedName } from '../src/runtime/graph/reductions';
import { sessionOptions } from '../src/runtime/sessionOptions';
import { lstmOperator } from './peers/lstmOperator';

const [steps, batch, repetitions] = [64, 32, 30];
const aim = 1.6;

let state = 1;
const random = (n: number, scale: number): Float32Array =>
  Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * scale;
  });

function randomLayer(inputSize: number, hiddenSize: number): RecurrentLayer {
  const gates = { f: 'forget', i: 'input', o: 'output', a: 'candidate' };
  const parameter = (name: string, gate: string, role: Parameter['role'], rows: number, columns: number): Parameter => {
    return { name, gate, role, rows, columns, values: random(rows * columns, 1 / Math.sqrt(hiddenSize)), tensor: name };
  };
  const each = (family: string, role: Parameter['role'], columns: number): Parameter[] =>
    Object.entries(gates).map(([letter, gate]) => parameter(`${family}_${letter}`, gate, role, hiddenSize, columns));
  return {
    name: 'lstm',
    cellName: 'lstm',
    cell: cellNamed('lstm'),
    withheld: null,
    direction: 'forward',
    inputSize,
    hiddenSize,
    matrices: [...each('W', 'input', inputSize), ...each('U', 'recurrent', hiddenSize)],
    biases: each('b', 'inputBias', 1),
    input: { kind: 'model', input: 'X' },
    initialState: 'zero',
  };
}

/** The layer's graph with nothing but statistics coming out. */
function reducingGraph(layer: RecurrentLayer): Uint8Array {
  const reduced = new Map(Object.entries(layer.cell!.gates));
  const options = { direction: 'forward', elements: 'float32', taps: new Map(), reduced } as const;
  const sizes = layer.cell!.sizes(layer.inputSize, layer.hiddenSize);
  return forwardGraph(layer.cell!, sizes, layerWeights(layer), options).model;
}

function feedsOf({ cell, inputSize, hiddenSize }: RecurrentLayer, input: Float32Array): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {
    X: new Tensor('float32', input, [steps, batch, inputSize]),
    [countedName]: new Tensor('float32', new Float32Array(steps * batch).fill(1), [steps, batch]),
  };
  for (const { name } of cell!.states) {
    feeds[initialName(name)] = new Tensor('float32', new Float32Array(batch * hiddenSize), [batch, hiddenSize]);
  }
  return feeds;
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!;

async function main(): Promise<void> {
  console.log(
    `LSTM, ${batch} sequences of ${steps} steps, milliseconds a batch (median of ${repetitions}), aim ≤ ${aim}`,
  );
  console.log('hidden  operator  graph with taps  + statistics  ratio  statistics in the graph');
  for (const hiddenSize of [128, 256]) {
    const inputSize = 64;
    const layer = randomLayer(inputSize, hiddenSize);
    const runner = await createCellRunner(layer);
    const bare = await InferenceSession.create(
      lstmOperator(inputSize, hiddenSize, layerWeights(layer)),
      sessionOptions,
    );
    const reducing = await InferenceSession.create(reducingGraph(layer), sessionOptions);
    const input = random(steps * batch * inputSize, 1);
    const times = { bare: [] as number[], graph: [] as number[], whole: [] as number[], reduced: [] as number[] };
    const accumulators = new Map(
      Object.entries(layer.cell!.gates).map(([gate, e]) => [gate, createGateAccumulator(gate, activationRange(e))]),
    );
    let difference = 0;
    for (let k = -5; k < repetitions; k++) {
      const start = performance.now();
      const { Y } = await bare.run({ X: new Tensor('float32', input, [steps, batch, inputSize]) });
      const middle = performance.now();
      const { hidden, gates } = await runner.run(input, steps, batch, null);
      const ran = performance.now();
      for (const [gate, values] of gates) accumulators.get(gate)!.add(values, steps, batch, null);
      const end = performance.now();
      await reducing.run(feedsOf(layer, input));
      const reduced = performance.now();
      const theirs = Y!.data as Float32Array;
      for (let n = 0; n < hidden.length; n += 97) difference = Math.max(difference, Math.abs(hidden[n]! - theirs[n]!));
      if (k < 0) continue;
      times.bare.push(middle - start);
      times.graph.push(ran - middle);
      times.whole.push(end - middle);
      times.reduced.push(reduced - end);
    }
    if (difference > 1e-5) throw new Error(`The two disagree by ${difference}.`);
    const [operator, graph, whole] = [median(times.bare), median(times.graph), median(times.whole)];
    const row = [operator.toFixed(1), graph.toFixed(1), whole.toFixed(1), (whole / operator).toFixed(2)];
    console.log(
      `${String(hiddenSize).padEnd(8)}${row[0]!.padEnd(10)}${row[1]!.padEnd(17)}${row[2]!.padEnd(14)}${row[3]!.padEnd(7)}${median(times.reduced).toFixed(1)}`,
    );
    await runner.dispose();
    await bare.release();
    await reducing.release();
  }
}

void main();
