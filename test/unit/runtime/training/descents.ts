import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import type { Network } from '../../../../src/core/cells/network';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';
import { parseConstraint } from '../../../../src/core/training/constraint';
import { keptTo } from '../../../../src/core/training/keptTo';
import { optimizerState } from '../../../../src/core/training/optimizer';
import type { TrainingData } from '../../../../src/core/training/trainingData';
import { defaultTraining, type TrainingOptions } from '../../../../src/core/training/trainingOptions';
import { dropoutMasks } from '../../../../src/runtime/graph/dropout';
import { batchFeeds, type BatchFeeds } from '../../../../src/runtime/training/batch';
import { descent, type Descent, type DescentStep, type MovingState } from '../../../../src/runtime/training/descent';
import { deviceDescent } from '../../../../src/runtime/training/deviceDescent';
import { createDeviceSessions } from '../../../../src/runtime/training/deviceSessions';
import { createTrainingStep, type TrainingStepOptions } from '../../../../src/runtime/training/trainingStep';
import { networkOf } from '../graph/trainingNetworks';

/** A training of some steps that is to be done in two places. */
export interface DescentCase {
  readonly title: string;
  readonly network: Network;
  readonly loss: TrainingStepOptions['loss'];
  readonly everyStep: boolean;
  readonly options: TrainingOptions;
}

const penalised = ['pull=0.2', 'orthogonal-penalty=0.1'];

const optionsOf = (changes: Partial<TrainingOptions>, constraints: readonly string[] = []): TrainingOptions => ({
  ...defaultTraining,
  ...changes,
  constraints: constraints.map(parseConstraint),
});

/** `networkOf` with as many outputs. */
const withOutputs = (network: Network, outputs: number): Network => ({
  ...network,
  readout: { ...network.readout!, outputs },
});

/** Every optimizer, loss and kind of constraint, pieces of sequences, stacks, and layers that read backward. */
export const descentCases: readonly DescentCase[] = [
  {
    title: 'an LSTM with Adam, weight decay and clipping',
    network: networkOf(3, [['lstm', 6]], { layers: [0], steps: 'last' }),
    ...{ loss: 'crossEntropy', everyStep: false },
    options: optionsOf({
      optimizer: { kind: 'adam', weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      gradientClip: 0.1,
    }),
  },
  {
    title: 'a GRU at every step with AdamW, constrained and penalised',
    network: networkOf(2, [['gru', 5]], { layers: [0], steps: 'every' }),
    ...{ loss: 'crossEntropy', everyStep: true },
    options: optionsOf({ optimizer: { kind: 'adamw', weightDecay: 0.1, beta1: 0.8, beta2: 0.99, epsilon: 1e-7 } }, [
      'spectral-norm=0.7',
      ...penalised,
    ]),
  },
  {
    title: 'two vanilla layers there and back with momentum, on numbers',
    network: withOutputs(
      networkOf(
        2,
        [
          ['vanilla', 4],
          ['vanilla', 3, { direction: 'reverse', reads: 'input' }],
          ['gru-reset-after', 4, { reads: [0, 1] }],
        ],
        { layers: [2], steps: 'mean' },
      ),
      2,
    ),
    ...{ loss: 'squaredError', everyStep: false },
    options: optionsOf({ optimizer: { kind: 'momentum', weightDecay: 0.01, momentum: 0.9 }, gradientClip: null }),
  },
  {
    title: 'an LSTM on a GRU with dropout between them',
    network: networkOf(
      2,
      [
        ['gru', 4],
        ['lstm', 4],
      ],
      { layers: [1], steps: 'last' },
    ),
    ...{ loss: 'crossEntropy', everyStep: false },
    options: optionsOf({ dropout: 0.4 }),
  },
  {
    title: 'one score of an MGU with gradient descent, in pieces',
    network: withOutputs(networkOf(2, [['mgu', 4]], { layers: [0], steps: 'last' }), 1),
    ...{ loss: 'binaryCrossEntropy', everyStep: false },
    options: optionsOf({ optimizer: { kind: 'sgd', weightDecay: 0 }, truncate: 5 }),
  },
];

/** Sequences of 1 to 11 steps: the longest batches are padded to what is unrolled. */
function dataOf({ network, loss, everyStep }: DescentCase): TrainingData {
  const { uniform } = seededRandom(5);
  const lengths = Int32Array.from({ length: 12 }, (_, k) => 1 + ((k * 7) % 11));
  const inputs = Array.from(lengths, (steps) =>
    Float32Array.from({ length: steps * network.inputSize }, () => uniform(-1, 1)),
  );
  const { outputs } = network.readout!;
  const answers = (length: number): number => (everyStep ? length : 1);
  const targets: TrainingData['targets'] =
    loss === 'squaredError'
      ? {
          ...{ kind: 'values', everyStep, width: outputs },
          values: Array.from(lengths, (n) => Float32Array.from({ length: answers(n) * outputs }, () => uniform(-1, 1))),
        }
      : {
          ...{ kind: 'labels', everyStep },
          values: Array.from(lengths, (n) =>
            Int32Array.from({ length: answers(n) }, () => Math.floor(uniform(0, Math.max(2, outputs)))),
          ),
        };
  return { width: network.inputSize, inputs, lengths, targets };
}

export interface Descents {
  /** The steps of the CPU, with the optimizer that trains there. */
  readonly here: Descent;
  /** The same steps in a graph with the optimizer inside. */
  readonly there: Descent;
  readonly fresh: () => MovingState;
  /** Batches of different lengths and sizes, each as its pieces. */
  readonly batches: readonly (readonly BatchFeeds[])[];
  readonly dispose: () => Promise<void>;
}

/** Opens a training here, and once more on a provider. */
export async function openDescents(given: DescentCase, provider: 'cpu' | 'webgpu'): Promise<Descents> {
  const { network, loss, options } = given;
  const data = dataOf(given);
  const stepOptions = {
    ...{ loss, targets: data.targets.kind, carriesStates: options.truncate !== null, threads: 1 },
    dropout: options.dropout > 0,
  };
  const dropout =
    options.dropout > 0 ? { masks: dropoutMasks(network), share: options.dropout, random: seededRandom(9) } : null;
  const step = await createTrainingStep(network, stepOptions);
  const sessions = await createDeviceSessions(network, {
    ...stepOptions,
    ...{ provider, optimizer: options.optimizer, gradientClip: options.gradientClip },
    penalised: options.constraints.some(({ kind }) => kind === 'pull' || kind === 'orthogonal-penalty'),
    longest: options.truncate ?? 11,
    batchSize: 6,
  });
  const initial = initialNetwork(network, 7);
  const start = step.weights.map(({ name }) => Float32Array.from(initial.get(name)!));
  const kept = keptTo(options.constraints, network, step.weights, start);
  const members = [
    [0, 1, 2, 3, 4],
    [5, 6, 7],
    [8, 9, 10, 11, 0],
  ];
  return {
    here: descent(step, options, kept),
    there: deviceDescent(sessions, options, kept),
    fresh: () => ({
      weights: start.map((values) => values.slice()),
      optimizer: optimizerState(
        options.optimizer.kind,
        start.map(({ length }) => length),
      ),
    }),
    batches: members.map((sequences) => {
      const longest = sequences.reduce((most, k) => Math.max(most, data.lengths[k]!), 0);
      const piece = options.truncate ?? longest;
      return Array.from({ length: Math.ceil(longest / piece) }, (_, k) =>
        batchFeeds(data, sequences, { from: k * piece, to: Math.min(longest, (k + 1) * piece) }, dropout),
      );
    }),
    dispose: async () => {
      await step.dispose();
      await sessions.dispose();
    },
  };
}

/** Goes through the batches so many times; answers what each step said. */
export async function descended(
  by: Descent,
  state: MovingState,
  batches: Descents['batches'],
  { rounds, rate }: { readonly rounds: number; readonly rate: number },
): Promise<DescentStep[]> {
  const steps: DescentStep[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const pieces of batches) {
      let carried: ReadonlyMap<string, Float32Array> = new Map();
      for (const piece of pieces) {
        const step = await by.step(state, piece, rate, carried);
        carried = step.states;
        steps.push(step);
      }
    }
  }
  return steps;
}

/** The largest difference between weights, or what an optimizer remembers of them. */
export function largestDifference(p: MovingState, q: MovingState): number {
  const arrays = ({ weights, optimizer }: MovingState): readonly Float32Array[] => [
    ...weights,
    ...optimizer.moments.flat(),
  ];
  const theirs = arrays(q);
  let largest = 0;
  for (const [k, own] of arrays(p).entries()) {
    for (const [j, value] of own.entries()) {
      const difference = Math.abs(value - theirs[k]![j]!);
      if (!(difference <= largest)) largest = difference;
    }
  }
  return largest;
}
