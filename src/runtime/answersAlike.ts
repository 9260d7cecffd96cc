import type { ModelInput } from '../core/checkpoint';
import { Problem } from '../core/problem';
import type { Sequences, Tensor } from '../core/sequences';
import type { Batch } from './batches';
import type { ModelRun, ModelRunner } from './modelRunner';

/**
 * Whether the model gives a sequence the same scores in other company: the first half of a batch comes again in the opposite
 * order and alone, or, when the model fixes how many come, with copies of its first sequence in the place of the others. A
 * network that is random, or that takes a mean over the batch, has no loss of one sequence that a bound could be about.
 */
export async function answersAlike(
  runner: ModelRunner,
  inputs: readonly ModelInput[],
  sequences: Sequences,
  batch: Batch,
  first: NonNullable<ModelRun['scores']>,
): Promise<boolean> {
  const size = batch.sequences.length + batch.copies;
  // Scores that are not one block a sequence are refused where they are put together.
  if (first.values.length !== size * first.steps * first.width) return true;
  const kept = Math.ceil(size / 2);
  const varied = inputs.flatMap(({ name, role, batchAxis, shape }) => {
    const axis = batchAxis ?? (role === 'lengths' || sequences.inputs.has(name) ? 0 : null);
    return axis !== null && batch.inputs.get(name)?.dims[axis] === size ? [{ name, axis, shape }] : [];
  });
  const ask = async (order: Int32Array): Promise<ModelRun['scores']> => {
    const again = new Map(batch.inputs);
    for (const { name, axis } of varied) again.set(name, reordered(batch.inputs.get(name)!, axis, order));
    return runner.run(again).then(
      ({ scores }) => scores,
      (error: unknown) => {
        if (error instanceof Problem) return null;
        throw error;
      },
    );
  };
  const alone = Int32Array.from({ length: kept }, (_, b) => kept - 1 - b);
  const filled = Int32Array.from({ length: size }, (_, b) => Math.max(0, kept - 1 - b));
  const free = varied.every(({ axis, shape }) => (shape[axis] ?? null) === null);
  // A model may fix the size of its batches somewhere inside although its inputs do not say so.
  const inOrder = free ? await ask(alone) : null;
  if (inOrder !== null) return isSame(first, size, inOrder, alone);
  const beside = await ask(filled);
  return beside !== null && isSame(first, size, beside, filled);
}

/** Whether each sequence of the second batch has the scores that it has in the first, of so many. */
function isSame(
  first: NonNullable<ModelRun['scores']>,
  size: number,
  second: NonNullable<ModelRun['scores']>,
  order: Int32Array,
): boolean {
  const width = first.values.length / size;
  if (second.values.length !== order.length * width) return false;
  return order.every((from, to) => {
    for (let i = 0; i < width; i++)
      if (!isClose(first.values[from * width + i]!, second.values[to * width + i]!)) return false;
    return true;
  });
}

/** Two float32 results of the same sums in another order; numbers past the largest float32 are alike. */
const tolerance = 1e-4;

function isClose(a: number, b: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.isFinite(a) === Number.isFinite(b);
  return Math.abs(a - b) <= tolerance * (1 + Math.abs(a));
}

/** The entries of one axis that `order` names, in that order. */
function reordered({ dims, values }: Tensor, axis: number, order: Int32Array): Tensor {
  const size = dims[axis]!;
  const inner = dims.slice(axis + 1).reduce((product, each) => product * each, 1);
  const blocks = values.length / Math.max(1, size * inner);
  // As long as the original or shorter, and of its type.
  const result = values.slice(0, blocks * order.length * inner);
  for (let block = 0; block < blocks; block++) {
    for (const [to, from] of order.entries())
      for (let i = 0; i < inner; i++)
        result[(block * order.length + to) * inner + i] = values[(block * size + from) * inner + i]!;
  }
  return { dims: dims.map((each, at) => (at === axis ? order.length : each)), values: result };
}
