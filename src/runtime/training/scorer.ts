import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Network } from '../../core/cells/network';
import { networkNames } from '../../core/cells/networkNames';
import { dataRead, type Targets, type TrainingData } from '../../core/training/trainingData';
import { addedLosses, type Sums } from '../../core/training/lossOfScores';
import type { Score } from '../../core/training/trainingState';
import type { LossName } from '../graph/losses';
import { networkGraph } from '../graph/networkGraph';
import { sessionOptions } from '../sessionOptions';
import { batchFeeds } from './batch';
import type { ConstrainedWeight } from '../../core/training/keptTo';

/** Asks a network for its scores, without training. */
export interface Scorer {
  /** Calls back with the scores of each of the sequences, [steps or 1, outputs], in any order. */
  scores(
    weights: readonly Float32Array[],
    sequences: readonly number[],
    receive: (sequence: number, scores: Float32Array) => void,
  ): Promise<void>;
  /** How well it answers them. */
  score(weights: readonly Float32Array[], sequences: readonly number[]): Promise<Score>;
  dispose(): Promise<void>;
}

export interface ScorerOptions {
  readonly network: Network;
  /** In the order in which weights will be given. */
  readonly weights: readonly ConstrainedWeight[];
  readonly data: TrainingData;
  readonly loss: LossName;
  readonly threads: number;
}

/** About so many numbers of a batch are held at a time. */
const numbersAtOnce = 2 ** 22;

/** Opens the graph of a network whose weights are inputs. */
export async function createScorer({ network, weights: list, data, loss, threads }: ScorerOptions): Promise<Scorer> {
  const { model } = networkGraph(network, new Map(), {
    ...{ elements: 'float32', parameters: 'inputs', initialStates: 'zero', masked: true },
  });
  const session = await InferenceSession.create(model, { ...sessionOptions, intraOpNumThreads: threads });
  const { outputs, steps: answered } = network.readout!;
  const scores: Scorer['scores'] = async (weights, sequences, receive) => {
    // An embedding is looked up here.
    const inGraph = data.embedding ? list.slice(0, -1) : list;
    const read = dataRead(data, weights);
    const given = Object.fromEntries(
      inGraph.map(({ name, dims }, k): [string, Tensor] => [name, new Tensor('float32', weights[k]!, dims)]),
    );
    // Sequences of like lengths need little padding.
    const sorted = [...sequences].sort((i, j) => data.lengths[i]! - data.lengths[j]!);
    for (let from = 0; from < sorted.length;) {
      const members = sorted.slice(from, from + batchSize(network, data, sorted, from));
      from += members.length;
      const longest = data.lengths[members.at(-1)!]!;
      const { X, mask } = batchFeeds(read, members, { from: 0, to: longest }).feeds;
      const result = await session.run({ ...given, X: X!, mask: mask! });
      const values = result[networkNames.scores]!.data as Float32Array;
      for (const [b, sequence] of members.entries()) {
        receive(sequence, ofSequence(values, b, members.length, answered === 'every' ? data.lengths[sequence]! : 1));
      }
    }
  };
  /** Of [steps, batch, outputs], or [batch, outputs]. */
  const ofSequence = (values: Float32Array, b: number, batch: number, steps: number): Float32Array => {
    const own = new Float32Array(steps * outputs);
    for (let t = 0; t < steps; t++) {
      const place = (t * batch + b) * outputs;
      own.set(values.subarray(place, place + outputs), t * outputs);
    }
    return own;
  };
  return {
    scores,
    async score(weights, sequences) {
      const sums: Sums = { loss: 0, errors: 0, answers: 0 };
      await scores(weights, sequences, (sequence, own) => {
        const targets = targetsOf(data.targets, sequence);
        // A model with a fixed number of steps reads padding as well, which has no labels.
        const answers = targets instanceof Int32Array ? targets.length : targets.length / outputs;
        addedLosses(sums, own.subarray(0, answers * outputs), targets, outputs, loss);
      });
      const error = loss === 'squaredError' ? null : sums.errors / sums.answers;
      return { loss: sums.loss / sums.answers, error };
    },
    dispose: () => session.release(),
  };
}

const targetsOf = ({ values }: Targets, sequence: number): Int32Array | Float32Array => values[sequence]!;

function batchSize(
  { layers }: Network,
  { width, lengths }: TrainingData,
  sorted: readonly number[],
  from: number,
): number {
  const widest = layers.reduce((most, { hiddenSize }) => Math.max(most, 6 * hiddenSize), width);
  // What is sorted by length gets longer, so a batch of 256 is measured by its last.
  const last = sorted[Math.min(sorted.length - 1, from + 255)]!;
  return Math.max(1, Math.min(256, Math.floor(numbersAtOnce / (lengths[last]! * widest))));
}
