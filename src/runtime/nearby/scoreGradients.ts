import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Network } from '../../core/cells/network';
import { networkNames } from '../../core/cells/networkNames';
import { networkGraph } from '../graph/networkGraph';
import { trainingGraph } from '../graph/trainingGraph';
import { countsName, targetsName } from '../graph/trainingLoss';
import { sessionOptions } from '../sessionOptions';

/** One sequence [steps, width], and the step whose scores are its answer where there are scores at every step. */
export interface AnsweredSequence {
  readonly input: Float32Array | Float64Array;
  readonly step: number;
}

/** How the scores of a network with fixed weights move with every weight, in double precision. */
export interface ScoreGradients {
  /** How many numbers a gradient has. */
  readonly size: number;
  /** The scores of the answer of a sequence. */
  scores(sequence: AnsweredSequence): Promise<Float64Array>;
  /** The gradient of one of them, the weights one after the other; `scores` are those of the sequence. */
  gradient(sequence: AnsweredSequence, scores: Float64Array, k: number): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/**
 * Opens a network for gradients. They come out of its training graph with a squared error, Σ_j (s_j − t_j)²/K for K scores, run
 * on one sequence at a time: for t = s − (K/2) e_k its slope is e_k, so the gradient is that of s_k.
 */
export async function openScoreGradients(
  network: Network,
  weights: ReadonlyMap<string, Float64Array>,
): Promise<ScoreGradients> {
  const { inputSize } = network;
  const { outputs, steps } = network.readout!;
  const forward = networkGraph(network, weights, { elements: 'float64', initialStates: 'zero' });
  const training = trainingGraph(network, { loss: 'squaredError', targets: 'values', elements: 'float64' });
  const parameters = Object.fromEntries(
    training.weights.map(({ name, dims }) => [name, new Tensor('float64', weights.get(name)!, dims)]),
  );
  const open = (model: Uint8Array): Promise<InferenceSession> =>
    InferenceSession.create(model, { ...sessionOptions, intraOpNumThreads: 1 });
  const sessions = { forward: await open(forward.model), training: await open(training.model) };
  const inputOf = ({ input }: AnsweredSequence): Tensor =>
    new Tensor('float64', Float64Array.from(input), [input.length / inputSize, 1, inputSize]);
  const numbers = (tensor: Tensor | undefined): Float64Array => {
    if (!(tensor?.data instanceof Float64Array)) throw new Error('onnxruntime did not answer in float64.');
    return tensor.data;
  };
  const size = training.weights.reduce((total, { dims }) => total + dims.reduce((product, n) => product * n, 1), 0);

  return {
    size,
    async scores(sequence) {
      const run = await sessions.forward.run({ [networkNames.input]: inputOf(sequence) });
      const all = numbers(run[networkNames.scores]);
      const from = steps === 'every' ? sequence.step * outputs : 0;
      return all.slice(from, from + outputs);
    },
    async gradient(sequence, scores, k) {
      const input = inputOf(sequence);
      const answers = steps === 'every' ? [input.dims[0]!, 1] : [1];
      const [at, count] = steps === 'every' ? [sequence.step, input.dims[0]!] : [0, 1];
      const counts = new Float64Array(count);
      counts[at] = 1;
      const targets = new Float64Array(count * outputs);
      targets.set(scores, at * outputs);
      targets[at * outputs + k]! -= outputs / 2;
      const run = await sessions.training.run({
        ...parameters,
        [networkNames.input]: input,
        [targetsName]: new Tensor('float64', targets, [...answers, outputs]),
        [countsName]: new Tensor('float64', counts, answers),
      });
      const gradient = new Float64Array(size);
      let start = 0;
      for (const weight of training.weights) {
        const part = numbers(run[weight.gradient]);
        gradient.set(part, start);
        start += part.length;
      }
      return gradient;
    },
    async dispose() {
      await sessions.forward.release();
      await sessions.training.release();
    },
  };
}
