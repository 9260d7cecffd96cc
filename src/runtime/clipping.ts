import type { ModelInput } from '../core/checkpoint';
import type { Sequences, Tensor } from '../core/sequences';

/** Every coordinate in [−clip, clip]; indices into a vocabulary are no coordinates. */
export function clipped(tensor: Tensor, clip: number): Tensor {
  const { dims, values } = tensor;
  if (!areCoordinates(values)) return tensor;
  return { dims, values: values.map((value) => Math.min(clip, Math.max(-clip, value))) };
}

/** One sentence about what clipping did to the user's sequences, padding left out. */
export function clippingNote(
  inputs: readonly ModelInput[],
  { inputs: given, lengths }: Sequences,
  clip: number,
): string {
  let outside = 0;
  let hasCoordinates = false;
  for (const { name, role, batchAxis, timeAxis } of inputs) {
    const tensor = given.get(name);
    if (role !== 'sequence' || tensor === undefined || !areCoordinates(tensor.values)) continue;
    hasCoordinates = true;
    const { dims, values } = tensor;
    // In the user's arrays the batch is the first axis, and the others keep their order.
    const time = timeAxis === null ? null : timeAxis + (batchAxis !== null && timeAxis > batchAxis ? 0 : 1);
    const inner = time === null ? 1 : sizeOf(dims.slice(time + 1));
    const each = sizeOf(dims.slice(1));
    for (let k = 0; k < values.length; k++) {
      if (Math.abs(values[k]!) <= clip) continue;
      const step = time === null ? 0 : Math.floor(k / inner) % dims[time]!;
      if (lengths === null || time === null || step < lengths[Math.floor(k / each)]!) outside++;
    }
  }
  if (!hasCoordinates)
    return `The sidecar declares that coordinates are clipped to [−${clip}, ${clip}], but the sequences hold none that could be clipped.`;
  const were = outside === 1 ? '1 coordinate was' : `${outside.toLocaleString('en-US')} coordinates were`;
  return `Every coordinate was clipped to [−${clip}, ${clip}] before the model read it, as the sidecar declares; ${were} outside.`;
}

function areCoordinates(values: Tensor['values']): values is Float32Array | Float64Array {
  return values instanceof Float32Array || values instanceof Float64Array;
}

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}
