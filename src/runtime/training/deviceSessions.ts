import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { Network } from '../../core/cells/network';
import { modelFile, tensorTypes } from '../graph/modelFile';
import {
  gradientNormName,
  type MovedTensor,
  type MovedWeight,
  type OptimizerGraphOptions,
} from '../graph/optimizerGraph';
import { trainingGraph, type TrainedState } from '../graph/trainingGraph';
import { sessionOptions } from '../sessionOptions';
import type { PaddedSize } from './paddedFeeds';
import type { TrainingStepOptions } from './trainingStep';

/** Training graphs with the optimizer inside, opened on a device, one for each length that batches are padded to. */
export interface DeviceSessions {
  readonly moved: readonly MovedWeight[];
  /** All that a step changes: weights and moments. */
  readonly tensors: readonly MovedTensor[];
  readonly answersEveryStep: boolean;
  /** The session for batches of so many steps; it may have more. */
  forSteps(steps: number): Promise<OpenSession>;
  /** The numbers of tensors of the device, by the same names. Their own `getData` ends the whole process. */
  read(tensors: ReadonlyMap<string, Tensor>): Promise<ReadonlyMap<string, Float32Array>>;
  dispose(): Promise<void>;
}

export interface OpenSession {
  readonly size: PaddedSize;
  readonly states: readonly TrainedState[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<InferenceSession.ReturnType>;
}

export interface DeviceSessionOptions
  extends Omit<TrainingStepOptions, 'threads' | 'provider'>, Omit<OptimizerGraphOptions, 'penalised'> {
  /** `cpu` runs the same graphs without a graphics card, to check them. */
  readonly provider: 'webgpu' | 'cpu';
  /** Whether something is added to gradients, see `OptimizerGraphOptions`. */
  readonly penalised: boolean;
  /** The most steps of a batch, and the most sequences. */
  readonly longest: number;
  readonly batchSize: number;
}

/** So many graphs are kept open; with lengths rounded as they are, few trainings need more. */
const mostOpen = 8;

/**
 * Opens the graph for the longest batches, so that what a device lacks is known before the first step.
 *
 * @throws Error of onnxruntime where the device is not there, or cannot run an operator.
 */
export async function createDeviceSessions(network: Network, options: DeviceSessionOptions): Promise<DeviceSessions> {
  const { provider, longest, batchSize } = options;
  const location = provider === 'cpu' ? 'cpu' : 'gpu-buffer';
  const open = async (steps: number) => {
    const { loss, targets, carriesStates, dropout = false, optimizer, gradientClip, penalised } = options;
    const graph = trainingGraph(network, {
      ...{ loss, targets, elements: 'float32', masked: true, dropout, form: { steps, batch: batchSize } },
      initialStates: carriesStates ? 'inputs' : 'zero',
      moves: { optimizer, gradientClip, penalised },
    });
    const changed = graph.moved.flatMap((weight) => [weight, ...weight.moments]).map(({ moved }) => moved);
    const here = ['loss', gradientNormName, ...graph.states.map(({ name }) => name)];
    const session = await InferenceSession.create(graph.model, {
      ...deviceSessionOptions(provider),
      preferredOutputLocation: Object.fromEntries([
        ...here.map((name) => [name, 'cpu'] as const),
        ...changed.map((name) => [name, location] as const),
      ]),
    });
    const wanted = [...here, ...changed];
    return {
      graph,
      session,
      size: { steps, sequences: batchSize },
      states: graph.states,
      run: (feeds: Readonly<Record<string, Tensor>>) => session.run(feeds, wanted),
    };
  };
  const sessions = new Map<number, Awaited<ReturnType<typeof open>>>();
  const forSteps = async (steps: number) => {
    const rounded = Math.min(longest, roundedLength(steps));
    const found = sessions.get(rounded) ?? (await open(rounded));
    // What was asked for last goes to the end, so that the first is what was not asked for longest.
    sessions.delete(rounded);
    sessions.set(rounded, found);
    const [oldest, { session }] = [...sessions][0]!;
    if (sessions.size > mostOpen) {
      sessions.delete(oldest);
      await session.release();
    }
    return found;
  };
  const { graph } = await forSteps(longest);
  const tensors = graph.moved.flatMap((weight) => [weight, ...weight.moments]);
  const reader = await InferenceSession.create(copyingModel(graph.moved), {
    ...sessionOptions,
    executionProviders: [provider],
  });
  return {
    moved: graph.moved,
    tensors,
    answersEveryStep: network.readout?.steps === 'every',
    forSteps,
    async read(held) {
      const outputs = await reader.run(Object.fromEntries(held));
      return new Map(tensors.map(({ given, moved }) => [given, outputs[moved]!.data as Float32Array]));
    },
    async dispose() {
      await reader.release();
      for (const { session } of sessions.values()) await session.release();
    },
  };
}

/** On a device, every operator must run there: otherwise each step would copy everything back and forth. */
export const deviceSessionOptions = (provider: 'webgpu' | 'cpu'): InferenceSession.SessionOptions => ({
  ...sessionOptions,
  executionProviders: [provider],
  ...(provider !== 'cpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
});

/** Up to 8 as it is, and then to the next of 4 lengths an octave: at most a fifth of a batch is padding for that. */
export function roundedLength(steps: number): number {
  if (steps <= 8) return steps;
  const grid = 2 ** (Math.floor(Math.log2(steps)) - 2);
  return Math.ceil(steps / grid) * grid;
}

/** A model whose outputs are its inputs: one session of it copies tensors from the device. */
function copyingModel(weights: readonly MovedWeight[]): Uint8Array {
  const tensors = weights.flatMap(({ dims, moments, ...weight }) =>
    [weight, ...moments].map(({ given, moved }) => ({ given, moved, dims })),
  );
  const type = tensorTypes.float32;
  return modelFile({
    name: 'copy',
    nodes: tensors.map(({ given, moved }) => ({
      ...{ operator: 'Identity', inputs: [given], outputs: [moved], attributes: {} },
    })),
    initializers: [],
    inputs: tensors.map(({ given, dims }) => ({ name: given, type, dims })),
    outputs: tensors.map(({ moved, dims }) => ({ name: moved, type, dims })),
  });
}
