import { fork } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceName, DeviceReport } from '../../core/training/device';

/** What the process that tries a device says of it. */
export type ProbeAnswer = { readonly usable: true } | { readonly usable: false; readonly reason: string };

export interface ProbeOptions {
  /** The program that tries a device; by default the one built beside this one. */
  readonly program?: string;
  readonly execArgv?: readonly string[];
  /** How long it may take. @default 30 */
  readonly seconds?: number;
}

const found = new Map<DeviceName, Promise<DeviceReport>>();

/** What can be trained on, the processor first. Each device is tried once in the life of this process. */
export const listDevices = (): Promise<readonly DeviceReport[]> =>
  Promise.all((['cpu', 'webgpu', 'cuda'] as const).map((name) => deviceNamed(name)));

/** One device, tried at most once. */
export function deviceNamed(name: DeviceName): Promise<DeviceReport> {
  const report = found.get(name) ?? deviceReport(name);
  found.set(name, report);
  return report;
}

async function deviceReport(name: DeviceName): Promise<DeviceReport> {
  if (name === 'cpu') {
    return { name, usable: true, chosenByItself: true, said: 'The processor, by way of onnxruntime.' };
  }
  const answer = await probe(name);
  if (!answer.usable) return { name, usable: false, chosenByItself: false, said: whyNot(name, answer.reason) };
  if (name === 'cuda') return { name, usable: true, chosenByItself: true, said: 'An NVIDIA card, by way of CUDA.' };
  const hasCard = hasGraphicsCard();
  return {
    ...{ name, usable: true, chosenByItself: hasCard },
    said: hasCard
      ? 'A graphics card, by way of WebGPU.'
      : 'The processor, which plays a graphics card: there is no card, and this is slower than training on the processor itself.',
  };
}

/** Lets a process of its own train on a device, so that no driver can take this one with it. */
export function probe(
  name: DeviceName,
  { program = join(__dirname, 'deviceProbe.js'), execArgv = [], seconds = 30 }: ProbeOptions = {},
): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const child = fork(program, [name], {
      execArgv: [...execArgv],
      env: {
        ...process.env,
        ORT_DISABLE_TELEMETRY: '1',
        ...(process.versions['electron'] && { ELECTRON_RUN_AS_NODE: '1' }),
      },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const clock = setTimeout(() => {
      resolve({ usable: false, reason: `It did not answer within ${seconds} seconds.` });
      child.kill('SIGKILL');
    }, 1000 * seconds);
    const answer = (given: ProbeAnswer): void => {
      clearTimeout(clock);
      resolve(given);
    };
    child.once('message', (message) => answer(message as ProbeAnswer));
    child.once('error', ({ message }) => answer({ usable: false, reason: message }));
    child.once('close', (code, signal) =>
      answer({
        usable: false,
        reason: `Its driver ended the process that tried it (${signal ?? `exit code ${code}`}).`,
      }),
    );
  });
}

/** Linux names its cards; elsewhere there always is one. WSL has /dev/dxg. */
export function hasGraphicsCard(): boolean {
  if (process.platform !== 'linux') return true;
  if (existsSync('/dev/dxg') || existsSync('/dev/nvidia0')) return true;
  return existsSync('/dev/dri') && readdirSync('/dev/dri').some((file) => file.startsWith('renderD'));
}

/** In a sentence; what onnxruntime says begins with places in its source. */
function whyNot(name: DeviceName, reason: string): string {
  if (/Failed to get a WebGPU adapter/.test(reason))
    return 'No graphics card was found, or its driver (Vulkan) is missing.';
  if (name === 'cuda' && /Failed to load shared library/.test(reason)) {
    return 'The CUDA libraries of onnxruntime are missing: npm rebuild onnxruntime-node fetches them on Linux with an NVIDIA card.';
  }
  if (/no available backend|not supported/i.test(reason)) return 'This build of onnxruntime does not have it.';
  return reason.replaceAll(/\s+/g, ' ').slice(0, 300);
}
