/**
 * Trains on a real WebGPU device and on the processor, and compares loss, gradients' norm, weights and what the optimizer
 * remembers. Not part of `npm test`, because it needs a device.
 *
 *     npm run test:gpu
 *
 * A graphics card whose driver is installed is found by itself. Without one, Mesa's lavapipe plays one on the processor: it
 * shows that results are right, not how fast a card is. Debian 12's own Mesa is too old; that of bookworm-backports works, also
 * unpacked into a folder:
 *
 *     apt-get download mesa-vulkan-drivers/bookworm-backports libvulkan1 …, dpkg-deb -x each of them into a folder V, then
 *     export LD_LIBRARY_PATH=V/usr/lib/x86_64-linux-gnu and VK_ICD_FILENAMES to a copy of V/usr/share/vulkan/icd.d/lvp_icd.json
 *     in which `library_path` is the whole path of libvulkan_lvp.so.
 *
 * Falling back to the processor operator by operator is switched off, so a graph that opens runs on the device; that this
 * switch works is tried first, with an operator that the device lacks.
 */
import { InferenceSession } from 'onnxruntime-node';
import { modelFile, tensorTypes } from '../../src/runtime/graph/modelFile';
import { deviceSessionOptions } from '../../src/runtime/training/deviceSessions';
import {
  descended,
  descentCases,
  largestDifference,
  openDescents,
  type DescentCase,
} from '../unit/runtime/training/descents';

const how = { rounds: 3, rate: 0.01 };
/** Of weights after nine steps; kernels may add up in another order, and Adam divides by what may be small. */
const tolerance = 1e-4;

async function requireNoFallback(): Promise<void> {
  const type = tensorTypes.float32;
  const model = modelFile({
    name: 'lacking',
    nodes: [{ operator: 'LogSoftmax', inputs: ['x'], outputs: ['y'], attributes: {} }],
    initializers: [],
    inputs: [{ name: 'x', type, dims: [2, 3] }],
    outputs: [{ name: 'y', type, dims: [2, 3] }],
  });
  const isOpened = await InferenceSession.create(model, deviceSessionOptions('webgpu')).then(
    async (session) => {
      await session.release();
      return true;
    },
    (error: Error) => {
      if (/WebGPU adapter/.test(error.message)) throw error;
      return false;
    },
  );
  if (isOpened)
    throw new Error('An operator that WebGPU lacks ran on the processor: what follows would prove nothing.');
}

async function difference(given: DescentCase): Promise<string> {
  const { here, there, fresh, batches, dispose } = await openDescents(given, 'webgpu');
  const [own, other] = [fresh(), fresh()];
  const expected = await descended(here, own, batches, how);
  const begun = performance.now();
  const found = await descended(there, other, batches, how);
  const seconds = (performance.now() - begun) / 1000;
  await there.projectAll(other);
  await here.projectAll(own);
  await dispose();
  const apart = Math.max(
    largestDifference(own, other),
    ...expected.map(({ loss }, k) => Math.abs(loss - found[k]!.loss)),
    ...expected.map(({ gradientNorm }, k) => Math.abs(gradientNorm - found[k]!.gradientNorm)),
  );
  if (!(apart < tolerance)) throw new Error(`${given.title}: off by ${apart}`);
  return `${given.title}: ${expected.length} steps, largest difference ${apart.toExponential(1)}, ${seconds.toFixed(1)} s with compiling`;
}

async function main(): Promise<void> {
  await requireNoFallback();
  for (const given of descentCases) console.log(await difference(given));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
