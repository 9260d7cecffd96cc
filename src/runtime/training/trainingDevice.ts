import type { Network } from '../../core/cells/network';
import type { DeviceName } from '../../core/training/device';
import type { TrainingOptions } from '../../core/training/trainingOptions';
import { descent, type Descent } from './descent';
import { deviceDescent } from './deviceDescent';
import { createDeviceSessions } from './deviceSessions';
import { withFallback } from './fallback';
import type { TrainingDevice } from './train';
import { createTrainingStep, type TrainingStepOptions } from './trainingStep';

export interface OpenDevice extends TrainingDevice {
  readonly name: DeviceName;
  dispose(): Promise<void>;
}

export interface DeviceOptions {
  readonly name: Exclude<DeviceName, 'cpu'>;
  readonly network: Network;
  readonly step: TrainingStepOptions;
  readonly options: TrainingOptions;
  /** The most steps that a batch has. */
  readonly longest: number;
  /** The most sequences that a batch has. */
  readonly batchSize: number;
  /** Is told in a sentence when the device fails. */
  readonly failed: (sentence: string) => void;
}

/**
 * Sequences are unrolled on a graphics card, which has no loops: onnxruntime opens the graph of an LSTM with 256 steps in 2
 * seconds, one with 512 in 5, and one with 1024 in 40.
 */
export const mostUnrolled = 512;

/** Why a training cannot be done there, though the device is usable; null where it can. */
export function whyNotThere({
  name,
  options,
  longest,
}: Pick<DeviceOptions, 'name' | 'options' | 'longest'>): string | null {
  if (name !== 'webgpu' || longest <= mostUnrolled) return null;
  const instead = options.truncate === null ? 'set "truncate" to train on shorter pieces' : 'make "truncate" smaller';
  return `Sequences of ${longest} steps are longer than the ${mostUnrolled} that are unrolled for WebGPU: ${instead}, or train on the CPU.`;
}

/**
 * Opens a device for a training. `webgpu` takes the whole step, optimizer included; `cuda` computes the gradients.
 *
 * @throws Error of onnxruntime where it cannot.
 */
export async function openTrainingDevice(given: DeviceOptions): Promise<OpenDevice> {
  const { name, failed } = given;
  const { descends, dispose } = await opened(given);
  let current: Descent | null = null;
  return {
    name,
    descent(kept, here) {
      current = withFallback(descends(kept), here, (reason) =>
        failed(`The device ${name} failed, so the training went on on the CPU from where it was: ${reason}`),
      );
      return current;
    },
    settle: async (state) => await current?.settle(state),
    dispose,
  };
}

async function opened({ name, network, step, options, longest, batchSize }: DeviceOptions): Promise<{
  readonly descends: (kept: Parameters<typeof descent>[2]) => Descent;
  readonly dispose: () => Promise<void>;
}> {
  if (name === 'cuda') {
    const there = await createTrainingStep(network, { ...step, provider: 'cuda' });
    return { descends: (kept) => descent(there, options, kept), dispose: () => there.dispose() };
  }
  const sessions = await createDeviceSessions(network, {
    ...step,
    ...{ provider: 'webgpu', longest, batchSize, optimizer: options.optimizer, gradientClip: options.gradientClip },
    penalised: options.constraints.some(({ kind }) => ['pull', 'orthogonal-penalty', 'bound'].includes(kind)),
  });
  return { descends: (kept) => deviceDescent(sessions, options, kept), dispose: () => sessions.dispose() };
}
