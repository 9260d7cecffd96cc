import type { ModelInput } from '../core/checkpoint';
import { Problem } from '../core/problem';
import type { Sequences, Tensor } from '../core/sequences';
import type { Batch } from './batches';
import type { ModelRun, ModelRunner } from './modelRunner';

/**
 * Whether the model gives a sequence the same scores in other company: its first half of a batch comes again in the opposite
 * order, with the rest of the batch replaced by copies of its first sequence. A network that is random, or that takes a mean
 * over the batch, has no loss of one sequence that a bound could be about. The batch keeps its size, so that the runtime
 * multiplies matrices of the same shapes and only rounding is left between the two.
 */
export async function answersAlike(
  runner: ModelRunner,
  inputs: readonly ModelInput[],
  sequences: Sequences,
  batch: Batch,
  first: NonNullable<ModelRun['scores']>,
): Promise<boolean> {
  const size = batch.sequences.length + batch.copies;
  const width = first.values.length / size;
  const kept = Math.ceil(size / 2);
  const order = Int32Array.from({ length: size }, (_, b) => Math.max(0, kept - 1 - b));
  const again = new Map(batch.inputs);
  for (const { name, role, batchAxis } of inputs) {
    const tensor = batch.inputs.get(name);
    const axis = role === 'lengths' || sequences.inputs.has(name) ? (batchAxis ?? 0) : null;
    if (tensor !== undefined && axis !== null && tensor.dims[axis] === size)
      again.set(name, reordered(tensor, axis, order));
  }
  const second = await runner.run(again).catch((error: unknown) => {
    if (error instanceof Problem) return null;
    throw error;
  });
  const { values } = second?.scores ?? { values: new Float32Array(0) };
  if (values.length !== first.values.length) return false;
  return order.every((from, to) => {
    for (let i = 0; i < width; i++)
      if (!isClose(first.values[from * width + i]!, values[to * width + i]!)) return false;
    return true;
  });
}

/** Two float32 results of the same sums in another order; numbers past the largest float32 are alike. */
const tolerance = 1e-4;

function isClose(a: number, b: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.isFinite(a) === Number.isFinite(b);
  return Math.abs(a - b) <= tolerance * (1 + Math.abs(a));
}

function reordered({ dims, values }: Tensor, axis: number, order: Int32Array): Tensor {
  const inner = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const block = inner * order.length;
  const result = values.slice();
  for (let start = 0; start < values.length; start += block) {
    for (const [to, from] of order.entries())
      for (let i = 0; i < inner; i++) result[start + to * inner + i] = values[start + from * inner + i]!;
  }
  return { dims, values: result };
}
