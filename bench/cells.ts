/**
 * The evaluation graph of every cell against onnxruntime's LSTM operator, scaled by multiply-adds: how much longer a
 * multiply-add takes in our graph than in the operator. Cells with hardly any matrices are entrywise work; for them the time
 * of an entrywise operation says more. Then how long it takes to build the graph of a stack of three layers.
 *
 *     npm run bench -- cells
 *
 * 32 sequences of 64 steps, float32. All graphs take turns, and of its turns each shows the fastest, which depends least on what
 * else the machine does. With one thread the time is what the processor spent, with two what passed.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Cell } from '../src/core/cells/cell';
import { cellNamed, cellNames } from '../src/core/cells/cells';
import { expandCell } from '../src/core/cells/expand';
import { initialNetwork } from '../src/core/cells/initialNetwork';
import { initialWeights } from '../src/core/cells/initialWeights';
import { inOrder } from '../src/core/cells/language';
import { outputWidth, type Network, type NetworkLayer } from '../src/core/cells/network';
import { widthOf, type Sizes } from '../src/core/cells/sizes';
import { storedMatrix } from '../src/core/cells/storedMatrix';
import { seededRandom } from '../src/core/linalg/seededRandom';
import { forwardGraph, initialName } from '../src/runtime/graph/forwardGraph';
import { networkGraph } from '../src/runtime/graph/networkGraph';
import { sessionOptions } from '../src/runtime/sessionOptions';
import { lstmOperator } from './peers/lstmOperator';

const [steps, batch] = [64, 32];
const turns = 30;
const mostRatio = 1.5;
const mostMilliseconds = 50;

interface Contestant {
  readonly name: string;
  readonly sizes: Sizes;
  /** Of one step of one sequence. */
  readonly multiplyAdds: number;
  readonly entrywise: number;
  readonly model: Uint8Array;
  readonly states: readonly { readonly name: string; readonly width: number }[];
}

/** A layer as wide as asked; a cell on a grid gets as many channels as make it so wide, and some need an input like their state. */
function contestant(name: (typeof cellNames)[number], inputSize: number, hiddenSize: number): Contestant {
  const cell = expandCell(cellNamed(name));
  const sizes = sizesOf(cell, inputSize, hiddenSize);
  const weights = initialWeights(cell, sizes, seededRandom(1));
  const taps = new Map([['hidden', cell.output]]);
  return {
    ...{ name, sizes, ...work(cell, sizes) },
    model: forwardGraph(cell, sizes, weights, { direction: 'forward', elements: 'float32', taps }).model,
    states: cell.states.map((state) => ({ name: initialName(state.name), width: widthOf(sizes, state.before.size) })),
  };
}

/** How many places of a grid share the width of a layer. */
const placesOf = ({ options: { grid = [1, 1] } }: Cell): number => grid[0] * grid[1];

function sizesOf(cell: Cell, inputSize: number, hiddenSize: number): Sizes {
  try {
    return cell.sizes(inputSize / placesOf(cell), hiddenSize / placesOf(cell));
  } catch {
    return cell.sizes(hiddenSize, hiddenSize);
  }
}

/** Multiply-adds of the matrices, zeros of their structure left out, and results of everything else that changes with the step. */
function work(cell: Cell, sizes: Sizes): { multiplyAdds: number; entrywise: number } {
  let [multiplyAdds, entrywise] = [0, 0];
  const changing = new Set<unknown>([cell.input, ...cell.states.map(({ before }) => before)]);
  for (const e of inOrder([...cell.states.map(({ after }) => after), cell.output])) {
    if (!e.operands.some((operand) => changing.has(operand))) continue;
    changing.add(e);
    if (e.matrix) {
      const { places, height, width } = storedMatrix(e.matrix, sizes);
      multiplyAdds += places()?.filter((place) => place >= 0).length ?? height * width;
    } else if (!['concat', 'slice', 'tile'].includes(e.operation)) {
      entrywise += widthOf(sizes, e.size) * (e.operation === 'sum' ? e.operands.length - 1 : 1);
    }
  }
  return { multiplyAdds, entrywise };
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!;

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function compare(hiddenSize: number, threads: number): Promise<void> {
  const inputSize = 64;
  const contestants = cellNames.map((name) => contestant(name, inputSize, hiddenSize));
  const lstm = cellNamed('lstm');
  const sizes = lstm.sizes(inputSize, hiddenSize);
  const operator: Contestant = {
    ...{ name: 'LSTM operator', sizes, ...work(lstm, sizes), states: [] },
    model: lstmOperator(inputSize, hiddenSize, initialWeights(lstm, sizes, seededRandom(1))),
  };
  const runs: { readonly of: Contestant; readonly session: InferenceSession; readonly times: number[] }[] = [];
  for (const of of [operator, ...contestants]) {
    const session = await InferenceSession.create(of.model, { ...sessionOptions, intraOpNumThreads: threads });
    runs.push({ of, session, times: [] });
  }
  const { uniform } = seededRandom(2);
  const answers = new Map<string, Float32Array>();
  const now = threads === 1 ? processorTime : (): number => performance.now();
  for (let turn = -2; turn < turns; turn++) {
    for (const { of, session, times } of runs) {
      const input = Float32Array.from({ length: steps * batch * of.sizes.input }, () => uniform(-1, 1));
      const feeds: Record<string, Tensor> = { X: new Tensor('float32', input, [steps, batch, of.sizes.input]) };
      for (const { name, width } of of.states) {
        feeds[name] = new Tensor('float32', new Float32Array(batch * width), [batch, width]);
      }
      const start = now();
      const outputs = await session.run(feeds);
      if (turn >= 0) times.push(now() - start);
      answers.set(of.name, Object.values(outputs)[0]!.data as Float32Array);
    }
  }
  for (const [name, values] of answers) {
    if (!values.every(Number.isFinite)) throw new Error(`The cell ${name} did not compute numbers.`);
  }
  const perMultiplyAdd = Math.min(...runs[0]!.times) / operator.multiplyAdds;
  console.log(
    `\nhidden ${hiddenSize}, input ${inputSize}, ${threads === 1 ? 'one thread' : `${threads} threads`}: fastest of ${turns}`,
  );
  console.log('cell                        ms   multiply-adds  ratio  entrywise  ns each');
  for (const { of, times, session } of runs) {
    const ms = Math.min(...times);
    const ratio = of.multiplyAdds > 0 ? ms / of.multiplyAdds / perMultiplyAdd : Infinity;
    console.log(
      of.name.padEnd(25) +
        ms.toFixed(2).padStart(6) +
        String(of.multiplyAdds).padStart(14) +
        ratio.toFixed(2).padStart(9) +
        String(of.entrywise).padStart(9) +
        ((1e6 * ms) / (of.entrywise * steps * batch)).toFixed(2).padStart(9),
    );
    await session.release();
  }
}

/** Three layers, each as wide as its input, and a readout. */
function stackOf(name: (typeof cellNames)[number], width: number): Network {
  const cell = cellNamed(name);
  const layers: NetworkLayer[] = [];
  for (let k = 0; k < 3; k++) {
    const inputWidth = k === 0 ? width : outputWidth(layers[k - 1]!);
    layers.push({
      ...{ name: `layer${k + 1}`, cell, direction: 'forward', residual: false },
      ...{ inputSize: inputWidth / placesOf(cell), hiddenSize: width / placesOf(cell) },
      reads: k === 0 ? 'input' : [k - 1],
    });
  }
  return { inputSize: width, layers, readout: { layers: [2], steps: 'last', outputs: 10, bias: true } };
}

function construct(width: number): void {
  console.log(`\ngraph of three layers, ${width} wide, and a readout: ms the first time, and the median of ${turns}`);
  for (const name of cellNames) {
    const network = stackOf(name, width);
    const weights = initialNetwork(network, 1);
    const times: number[] = [];
    let bytes = 0;
    for (let turn = 0; turn <= turns; turn++) {
      const start = performance.now();
      bytes = networkGraph(network, weights, { elements: 'float32' }).model.length;
      times.push(performance.now() - start);
    }
    const [first, later] = [times[0]!, median(times.slice(1))].map((ms) => ms.toFixed(1).padStart(7));
    console.log(`${name.padEnd(27)}${first}${later}   ${(bytes / 1e6).toFixed(2)} MB`);
  }
}

async function main(): Promise<void> {
  console.log(`Aim: ratio ≤ ${mostRatio}; a graph of three layers in less than ${mostMilliseconds} ms`);
  for (const width of [128, 256]) construct(width);
  for (const threads of [1, 2]) for (const hiddenSize of [128, 256]) await compare(hiddenSize, threads);
}

void main();
