import { Tensor } from 'onnxruntime-node';
import type { BatchFeeds } from './batch';

/** The feeds of a batch with padding at its end, up to so many steps; padding is zero, is masked and counts nothing. */
export function paddedFeeds(
  { batch, feeds }: BatchFeeds,
  steps: number,
  answersEveryStep: boolean,
): Readonly<Record<string, Tensor>> {
  if (steps === batch.steps) return feeds;
  const hasSteps = (name: string): boolean => answersEveryStep || (name !== 'Y' && name !== 'counts');
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, hasSteps(name) ? padded(tensor, steps) : tensor]),
  );
}

/** Time comes first, so padding is what follows. */
function padded({ type, data, dims }: Tensor, steps: number): Tensor {
  const [own, ...rest] = dims;
  const size = (data.length / own!) * steps;
  if (data instanceof Int32Array) {
    const values = new Int32Array(size);
    values.set(data);
    return new Tensor('int32', values, [steps, ...rest]);
  }
  if (!(data instanceof Float32Array)) throw new Error(`A batch has no tensors of ${type}.`);
  const values = new Float32Array(size);
  values.set(data);
  return new Tensor('float32', values, [steps, ...rest]);
}
