import type { CheckpointNetwork } from '../core/checkpointNetwork';
import type { Sequences } from '../core/sequences';
import type { LoadedCheckpoint } from '../formats/loadedCheckpoint';
import { mostCaptured, tooMuch } from './captureLimit';
import { clipped } from './clipping';
import type { NetworkInputs } from './networkInputs';

/**
 * What the layers read where that is an input of the model as it is given, [sequences, steps, width] with the steps before or
 * after the width; null where only a run can tell.
 */
export function givenInputs(
  { checkpoint, program }: LoadedCheckpoint,
  { network, layers, input: read }: CheckpointNetwork,
  sequences: Sequences,
  clip: number | null,
): Omit<NetworkInputs, 'width'> | null {
  if (read.kind !== 'model') return null;
  const { file, inputs } = checkpoint;
  const input = inputs.find(({ name }) => name === read.input);
  const tensor = sequences.inputs.get(read.input);
  if (!input || !tensor || input.role !== 'sequence' || input.elementType !== 'float32') return null;
  const { shape, batchAxis, timeAxis } = input;
  if (shape.length !== 3 || tensor.dims.length !== 3 || batchAxis === null || timeAxis === null) return null;
  // States and lengths that come in beside the sequence decide what a layer makes of it.
  if (inputs.some(({ name, role }) => name !== read.input && (role === 'lengths' || sequences.inputs.has(name) || sequences.fixed.has(name)))) return null; // prettier-ignore
  const taps = program.kind === 'onnx' ? layers.map((k) => program.taps[k]) : [];
  if (taps.some((tap) => tap && 'sequenceLengths' in tap && tap.sequenceLengths !== undefined)) return null;
  const timeFirst = timeAxis < [0, 1, 2].find((axis) => axis !== batchAxis && axis !== timeAxis)!;
  const [, p = 0, q = 0] = tensor.dims;
  const [steps, width] = timeFirst ? [p, q] : [q, p];
  if (width !== network.inputSize) return null;
  if (tensor.values.length > mostCaptured) throw tooMuch(file, sequences.count);
  const values = Float32Array.from((clip === null ? tensor : clipped(tensor, clip)).values, Number);
  const lengths = sequences.lengths ?? new Int32Array(sequences.count).fill(steps);
  const isFree = shape[timeAxis] === null;
  return {
    sequences: Array.from({ length: sequences.count }, (_, b) => {
      const one = values.subarray(b * p * q, (b + 1) * p * q);
      const taken = isFree ? lengths[b]! : steps;
      if (timeFirst) return one.subarray(0, taken * width);
      return Float32Array.from(
        { length: taken * width },
        (_unused, k) => one[(k % width) * steps + Math.floor(k / width)]!,
      );
    }),
    lengths,
  };
}
