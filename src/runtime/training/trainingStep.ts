import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Network } from '../../core/cells/network';
import type { ConstrainedWeight } from '../../core/training/keptTo';
import type { LossName } from '../graph/losses';
import { trainingGraph, type TrainedState } from '../graph/trainingGraph';
import { sessionOptions } from '../sessionOptions';
import type { BatchFeeds } from './batch';

/** What one pass forward and back says. */
export interface StepResult {
  /** The mean over the answers that count. */
  readonly loss: number;
  /** In the order of `weights`. */
  readonly gradients: readonly Float32Array[];
  /** What the states are after the last step, by name; empty where they begin at zero. */
  readonly states: ReadonlyMap<string, Float32Array>;
  /** Of what the network reads, [steps, batch, width], where it was asked for. */
  readonly inputGradient?: Float32Array;
}

/** The loss of a network and its gradients, batch by batch. */
export interface TrainingStep {
  readonly weights: readonly ConstrainedWeight[];
  run(
    weights: readonly Float32Array[],
    batch: BatchFeeds,
    states?: ReadonlyMap<string, Float32Array>,
  ): Promise<StepResult>;
  dispose(): Promise<void>;
}

export interface TrainingStepOptions {
  readonly loss: LossName;
  readonly targets: 'labels' | 'values';
  /** Whether states are carried from piece to piece of a sequence. */
  readonly carriesStates: boolean;
  readonly threads: number;
  /** Whether batches bring the masks of dropout. @default false */
  readonly dropout?: boolean;
  /** Whether the gradient of what the network reads is wanted. @default false */
  readonly inputGradient?: boolean;
  /** @default 'cpu' */
  readonly provider?: 'cpu' | 'cuda';
}

/** Opens the training graph of a network. */
export async function createTrainingStep(
  network: Network,
  {
    loss,
    targets,
    carriesStates,
    threads,
    dropout = false,
    inputGradient = false,
    provider = 'cpu',
  }: TrainingStepOptions,
): Promise<TrainingStep> {
  const graph = trainingGraph(network, {
    ...{ loss, targets, elements: 'float32', masked: true, dropout, inputGradient },
    initialStates: carriesStates ? 'inputs' : 'zero',
  });
  const session = await InferenceSession.create(graph.model, {
    ...sessionOptions,
    executionProviders: [provider],
    intraOpNumThreads: threads,
  });
  return {
    weights: graph.weights,
    async run(weights, { batch, feeds }, states = new Map()) {
      const outputs = await session.run({
        ...feeds,
        ...Object.fromEntries(
          graph.weights.map(({ name, dims }, k) => [name, new Tensor('float32', weights[k]!, dims)]),
        ),
        ...Object.fromEntries(
          graph.states.map((state) => [state.initial, startOf(state, batch.sequences.length, states)]),
        ),
      });
      const numbers = (name: string): Float32Array => outputs[name]!.data as Float32Array;
      return {
        loss: numbers('loss')[0]!,
        gradients: graph.weights.map(({ gradient }) => numbers(gradient)),
        states: new Map(graph.states.map(({ name }) => [name, numbers(name)])),
        ...(inputGradient && { inputGradient: numbers('d X') }),
      };
    },
    dispose: () => session.release(),
  };
}

const startOf = ({ name, width }: TrainedState, batch: number, states: ReadonlyMap<string, Float32Array>): Tensor =>
  new Tensor('float32', states.get(name) ?? new Float32Array(batch * width), [batch, width]);
